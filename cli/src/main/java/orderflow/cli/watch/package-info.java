/** The flow as it goes on: queues, services and dead letters, again and again. */
@NullMarked
package orderflow.cli.watch;

import org.jspecify.annotations.NullMarked;
