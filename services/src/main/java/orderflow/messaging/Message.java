package orderflow.messaging;

import java.time.Instant;
import orderflow.event.Event;
import orderflow.event.EventCodec;

/**
 * One message to publish.
 *
 * @param exchange empty for the default exchange, where the routing key is a queue's name
 */
public record Message(
    String exchange, String routingKey, MessageProperties properties, byte[] body) {

  /** An event as the contract wants it published. */
  public static Message of(Event event, Instant at, String appId) {
    return new Message(
        event.type().exchange(),
        event.type().routingKey(),
        MessageProperties.of(event, at, appId),
        EventCodec.encode(event));
  }
}
