/** Dead letters as one pipeline: filter, plan, act, report. */
@NullMarked
package orderflow.cli.deadletter;

import org.jspecify.annotations.NullMarked;
