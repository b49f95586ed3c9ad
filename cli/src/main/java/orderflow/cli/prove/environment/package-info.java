/** Flows that scenarios run on, and the faults that can be injected into them. */
@NullMarked
package orderflow.cli.prove.environment;

import org.jspecify.annotations.NullMarked;
