/** What the command line knows about itself, as scripts for shells and as manual pages. */
@NullMarked
package orderflow.cli.completion;

import org.jspecify.annotations.NullMarked;
