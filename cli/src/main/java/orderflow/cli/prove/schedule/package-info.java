/** When which faults strike: drawn from a seed, given as text, or made shorter. Pure. */
@NullMarked
package orderflow.cli.prove.schedule;

import org.jspecify.annotations.NullMarked;
