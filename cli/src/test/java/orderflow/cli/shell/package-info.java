@NullMarked
package orderflow.cli.shell;

import org.jspecify.annotations.NullMarked;
