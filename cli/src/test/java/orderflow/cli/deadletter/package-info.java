@NullMarked
package orderflow.cli.deadletter;

import org.jspecify.annotations.NullMarked;
