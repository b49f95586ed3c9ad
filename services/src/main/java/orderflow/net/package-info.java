/** Parsing of addresses, and total time limits for outward calls. */
@NullMarked
package orderflow.net;

import org.jspecify.annotations.NullMarked;
