/** Context, exit codes, logs, signals and redaction of a command. */
@NullMarked
package orderflow.cli.io;

import org.jspecify.annotations.NullMarked;
