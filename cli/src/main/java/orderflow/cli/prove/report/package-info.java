/** Verdicts on a terminal, as JSON, as HTML and as JUnit XML. */
@NullMarked
package orderflow.cli.prove.report;

import org.jspecify.annotations.NullMarked;
