/** One file a subcommand: its options and a short story. The work is done in the rooms beside. */
@NullMarked
package orderflow.cli.command;

import org.jspecify.annotations.NullMarked;
