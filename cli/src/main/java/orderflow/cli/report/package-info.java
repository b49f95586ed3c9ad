/** How verdicts are told: on a terminal, as JSON, and to CI systems. */
@NullMarked
package orderflow.cli.report;

import org.jspecify.annotations.NullMarked;
