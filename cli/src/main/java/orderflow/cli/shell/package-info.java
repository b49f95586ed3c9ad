/** Completion and history of the interactive shell. */
@NullMarked
package orderflow.cli.shell;

import org.jspecify.annotations.NullMarked;
