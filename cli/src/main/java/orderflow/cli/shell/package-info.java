/** What the shell knows while a line is being typed. */
@NullMarked
package orderflow.cli.shell;

import org.jspecify.annotations.NullMarked;
