package orderflow.messaging;

import java.time.Instant;
import orderflow.event.Event;
import orderflow.event.EventCodec;

/**
 * A message to publish.
 *
 * @param exchange empty for the default exchange, which routes by queue name
 */
public record Message(
    String exchange, String routingKey, MessageProperties properties, byte[] body) {

  /** An event in the form of the contract. */
  public static Message of(Event event, Instant at, String appId) {
    return new Message(
        event.type().exchange(),
        event.type().routingKey(),
        MessageProperties.of(event, at, appId),
        EventCodec.encode(event));
  }
}
