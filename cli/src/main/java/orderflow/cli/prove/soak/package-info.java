/** Endurance: what grows while the flow runs for long. */
@NullMarked
package orderflow.cli.prove.soak;

import org.jspecify.annotations.NullMarked;
