/** Completion scripts for shells and manual pages, from a model of the commands. */
@NullMarked
package orderflow.cli.completion;

import org.jspecify.annotations.NullMarked;
