/**
 * The contract's events and how they travel as bytes. Imports nothing of the other rooms, so that
 * it can be read, tested and simulated on its own.
 */
@NullMarked
package orderflow.event;

import org.jspecify.annotations.NullMarked;
