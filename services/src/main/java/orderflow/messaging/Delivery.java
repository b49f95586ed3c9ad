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
    MessageProperties properties,
    byte[] body) {
  private static final String COUNT = "x-delivery-count";

  /**
   * How often it was delivered before and not acknowledged, as a quorum queue tells; 0 on the first
   * delivery, whatever a header says that its publisher wrote, and for queues that do not count.
   */
  public long failedDeliveries() {
    return redelivered && properties.headers().get(COUNT) instanceof Number count
        ? Math.max(0, count.longValue())
        : 0;
  }
}
