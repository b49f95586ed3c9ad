/** The command line: the program, the factory that builds its command line, and its version. */
@NullMarked
package orderflow.cli;

import org.jspecify.annotations.NullMarked;
