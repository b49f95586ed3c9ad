package orderflow.messaging;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a quorum queue delivers a message before it drops it. It counts unacknowledged
 * deliveries, also those of a crashed consumer. The limit is the lower of the queue's argument and
 * a policy, which AMQP does not show. Classic queues have no limit.
 */
public final class DeliveryLimit {
  /** Enough for a crash loop until it is noticed. */
  public static final long LARGE = 1_000;

  /** RabbitMQ 4.0 introduced a default limit. */
  private static final int LIMITED_SINCE = 4;

  private static final long DEFAULT = 20;
  private static final long NONE = -1;

  private static final Pattern RABBIT = Pattern.compile("RabbitMQ (\\d+)\\..*");

  private DeliveryLimit() {}

  /**
   * The known limit of a quorum queue when it is low.
   *
   * @param broker product and version
   */
  public static OptionalLong lowLimit(QueueProperties properties, String broker) {
    if (!isQuorum(properties)) {
      return OptionalLong.empty();
    }
    Matcher rabbit = RABBIT.matcher(broker);
    boolean since4 = rabbit.matches() && Integer.parseInt(rabbit.group(1)) >= LIMITED_SINCE;
    long limit = properties.deliveryLimit().orElse(since4 ? DEFAULT : NONE);
    if (limit < 0 && !since4 && properties.deliveryLimit().isPresent()) {
      return OptionalLong.of(0); // "no limit" since 4.0; 3.x drops at the first redelivery
    }
    return limit >= 0 && limit < LARGE ? OptionalLong.of(limit) : OptionalLong.empty();
  }

  /**
   * Why the broker may drop redelivered messages of {@code queue}; empty when it does not, or when
   * the queue's arguments are unknown.
   *
   * @param broker product and version
   */
  static Optional<String> risk(String queue, QueueProperties properties, String broker) {
    if (!properties.known() || !isQuorum(properties)) {
      return Optional.empty();
    }
    OptionalLong low = lowLimit(properties, broker);
    if (low.isPresent()) {
      return Optional.of(
          "%s is a quorum queue from which %s drops a message after %d deliveries; %s"
              .formatted(queue, broker, low.getAsLong(), advice()));
    }
    return properties.deliveryLimit().isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s is a quorum queue without x-delivery-limit, and a policy may limit deliveries; %s"
                .formatted(queue, advice()));
  }

  private static String advice() {
    return ("declare it with x-delivery-limit of at least %d (--queue-type quorum),"
            + " or raise the limit by policy and start with --accept-delivery-limit")
        .formatted(LARGE);
  }

  private static boolean isQuorum(QueueProperties properties) {
    return properties.type().equals("quorum");
  }
}
