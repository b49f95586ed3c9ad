@NullMarked
package orderflow.cli.watch;

import org.jspecify.annotations.NullMarked;
