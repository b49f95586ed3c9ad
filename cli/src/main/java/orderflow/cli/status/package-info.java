/** How the flow is: one look at the broker and every service. */
@NullMarked
package orderflow.cli.status;

import org.jspecify.annotations.NullMarked;
