/** The history of a scenario: what was observed while it ran, one record a line. */
@NullMarked
package orderflow.cli.prove.history;

import org.jspecify.annotations.NullMarked;
