/** The way of one order, from what every part has on record. */
@NullMarked
package orderflow.cli.trace;

import org.jspecify.annotations.NullMarked;
