/** The contract's events and their encoding; depends on no other package. */
@NullMarked
package orderflow.event;

import org.jspecify.annotations.NullMarked;
