/** The context file: named sets of values for the global options. */
@NullMarked
package orderflow.cli.contexts;

import org.jspecify.annotations.NullMarked;
