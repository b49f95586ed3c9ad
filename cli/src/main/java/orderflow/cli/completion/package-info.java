/** What the command line knows about itself, as scripts for shells. */
@NullMarked
package orderflow.cli.completion;

import org.jspecify.annotations.NullMarked;
