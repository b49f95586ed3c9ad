@NullMarked
package orderflow.cli.prove.history;

import org.jspecify.annotations.NullMarked;
