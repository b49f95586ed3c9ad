/**
 * What a run of a command reads and writes: its context, exit codes, logs, signals and redaction.
 */
@NullMarked
package orderflow.cli.io;

import org.jspecify.annotations.NullMarked;
