package orderflow.messaging;

/**
 * A message that was delivered.
 *
 * @param tag valid on its channel only
 * @param queue from which it was consumed
 * @param exchange to which it was published
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
   * How often it was delivered and not acknowledged, as counted by a quorum queue. On a first
   * delivery the header is the publisher's and is ignored.
   */
  public long failedDeliveries() {
    return redelivered && properties.headers().get(COUNT) instanceof Number count
        ? Math.max(0, count.longValue())
        : 0;
  }
}
