package orderflow.messaging;

/**
 * One message as it arrived.
 *
 * @param tag the delivery tag, of meaning only on the channel it came from
 * @param redelivered whether the broker has delivered it before
 * @param queue the queue it was consumed from
 * @param exchange where it was published
 * @param routingKey with which key
 */
public record Delivery(
    long tag,
    boolean redelivered,
    String queue,
    String exchange,
    String routingKey,
    Properties properties,
    byte[] body) {}
