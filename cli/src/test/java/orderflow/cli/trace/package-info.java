@NullMarked
package orderflow.cli.trace;

import org.jspecify.annotations.NullMarked;
