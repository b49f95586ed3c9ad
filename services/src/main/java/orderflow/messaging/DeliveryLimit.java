package orderflow.messaging;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a broker delivers a message of a queue before it drops it. Classic queues have no
 * limit. A quorum queue counts each delivery that was not acknowledged, a crash of the consumer
 * included, and takes the lower of the queue's argument and a policy, which AMQP does not show.
 */
public final class DeliveryLimit {
  /** As many deliveries as no crash loop uses up before somebody notices. */
  public static final long LARGE = 1_000;

  /** RabbitMQ 4.0 was the first to limit deliveries where nobody had asked for it. */
  private static final int LIMITED_SINCE = 4;

  private static final long DEFAULT = 20;
  private static final long NONE = -1;

  private static final Pattern RABBIT = Pattern.compile("RabbitMQ (\\d+)\\..*");

  private DeliveryLimit() {}

  /**
   * The limit of a quorum queue where it is known and low; empty otherwise.
   *
   * @param broker its product and version
   */
  public static OptionalLong lowLimit(QueueProperties traits, String broker) {
    if (!isQuorum(traits)) {
      return OptionalLong.empty();
    }
    Matcher rabbit = RABBIT.matcher(broker);
    boolean since4 = rabbit.matches() && Integer.parseInt(rabbit.group(1)) >= LIMITED_SINCE;
    long limit = traits.deliveryLimit().orElse(since4 ? DEFAULT : NONE);
    if (limit < 0 && !since4 && traits.deliveryLimit().isPresent()) {
      return OptionalLong.of(0); // 3.x takes what means "no limit" since 4.0 for less than one
    }
    return limit >= 0 && limit < LARGE ? OptionalLong.of(limit) : OptionalLong.empty();
  }

  /**
   * Why the broker may drop messages of {@code queue} that it delivers again and again; empty when
   * it does not, or does not tell how the queue was declared.
   *
   * @param broker its product and version
   */
  static Optional<String> risk(String queue, QueueProperties traits, String broker) {
    if (!traits.known() || !isQuorum(traits)) {
      return Optional.empty();
    }
    OptionalLong low = lowLimit(traits, broker);
    if (low.isPresent()) {
      return Optional.of(
          "%s is a quorum queue from which %s drops a message after %d deliveries; %s"
              .formatted(queue, broker, low.getAsLong(), advice()));
    }
    return traits.deliveryLimit().isPresent()
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

  private static boolean isQuorum(QueueProperties traits) {
    return traits.type().equals("quorum");
  }
}
