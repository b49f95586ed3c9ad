/**
 * AMQP 0-9-1: topology, confirmed publishing, batch consumers, dead letters. The only package that
 * uses com.rabbitmq; others use {@link orderflow.messaging.Broker}.
 */
@NullMarked
package orderflow.messaging;

import org.jspecify.annotations.NullMarked;
