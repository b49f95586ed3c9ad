/**
 * The services' own decision classes on a simulated broker, store and clock, with crashes and
 * faults between any two steps. One seed, one thread, one run: the same seed gives the same run.
 */
@NullMarked
package orderflow.simulation;

import org.jspecify.annotations.NullMarked;
