/** Addresses taken apart, and outward calls that end in time whatever the peer does. */
@NullMarked
package orderflow.net;

import org.jspecify.annotations.NullMarked;
