/** The command line: the table of contents, and what every command shares. */
@NullMarked
package orderflow.cli;

import org.jspecify.annotations.NullMarked;
