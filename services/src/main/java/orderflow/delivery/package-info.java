/**
 * The consumer and the outbox relay that all three services share. {@link
 * orderflow.delivery.BatchConsumer} and {@link orderflow.delivery.Relay} decide in steps and start
 * no thread; {@link orderflow.delivery.Worker} owns the threads.
 */
@NullMarked
package orderflow.delivery;

import org.jspecify.annotations.NullMarked;
