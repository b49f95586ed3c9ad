/** The failure scenarios: each makes something go wrong on purpose, and judges what came of it. */
@NullMarked
package orderflow.cli.scenario;

import org.jspecify.annotations.NullMarked;
