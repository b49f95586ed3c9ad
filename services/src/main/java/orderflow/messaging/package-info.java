/**
 * AMQP 0-9-1: the contract's topology, confirmed publishing, batch consuming. The only room that
 * knows com.rabbitmq; the others see {@link orderflow.messaging.Broker} and what it opens.
 */
@NullMarked
package orderflow.messaging;

import org.jspecify.annotations.NullMarked;
