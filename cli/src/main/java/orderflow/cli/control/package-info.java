/**
 * A hand on a flow that scenarios play on: its services and broker as child processes, with a proxy
 * between them. Other ways to have one (containers, an operator) belong here too.
 */
@NullMarked
package orderflow.cli.control;

import org.jspecify.annotations.NullMarked;
