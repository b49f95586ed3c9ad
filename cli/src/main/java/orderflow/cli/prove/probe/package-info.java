/** Messages sent on purpose, duplicates and poison, and the search for their effects. */
@NullMarked
package orderflow.cli.prove.probe;

import org.jspecify.annotations.NullMarked;
