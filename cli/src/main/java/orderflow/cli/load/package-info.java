/** The load generator: open-loop, latency from the intended send time. */
@NullMarked
package orderflow.cli.load;

import org.jspecify.annotations.NullMarked;
