package orderflow.cli.deadletter;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.messaging.QueueTraits;

/**
 * What a look at a queue costs: on a classic queue nothing; a quorum queue counts it as a delivery
 * of each message, and may drop one that was delivered too often; a stream is no queue to look at
 * like this.
 *
 * @param note for people; empty when it costs nothing
 */
public record LookRisk(Level level, String note) {
  /** RabbitMQ 4.0 was the first to limit deliveries where nobody had asked for it. */
  private static final int LIMITED_SINCE = 4;

  private static final long DEFAULT_LIMIT = 20;

  /** So many looks are taken for harmless. */
  private static final long PLENTY = 1_000;

  private static final Pattern RABBIT = Pattern.compile("RabbitMQ (\\d+)\\..*");

  /** How much it costs. */
  public enum Level {
    NONE,
    COUNTED,
    /** Looking may delete, or does not work at all. */
    DESTRUCTIVE
  }

  /**
   * @param broker its product and version
   */
  public static LookRisk of(String queue, QueueTraits traits, String broker) {
    if (!traits.known()) {
      return new LookRisk(
          Level.COUNTED,
          "the broker does not tell what type " + queue + " is; on a quorum queue looking counts");
    }
    return switch (traits.type()) {
      case "classic" -> new LookRisk(Level.NONE, "");
      case "quorum" -> quorum(queue, traits.deliveryLimit(), broker);
      default ->
          new LookRisk(
              Level.DESTRUCTIVE,
              "%s is a %s, whose messages cannot be taken or left".formatted(queue, traits.type()));
    };
  }

  private static LookRisk quorum(String queue, OptionalLong declared, String broker) {
    Matcher rabbit = RABBIT.matcher(broker);
    boolean limitedAnyhow = rabbit.matches() && Integer.parseInt(rabbit.group(1)) >= LIMITED_SINCE;
    long limit = declared.orElse(limitedAnyhow ? DEFAULT_LIMIT : -1);
    if (limit < 0) {
      return new LookRisk(
          Level.COUNTED,
          "%s is a quorum queue: %s counts each look as a delivery of every message seen"
              .formatted(queue, broker));
    }
    String counted =
        "%s is a quorum queue with a delivery limit of %,d, and %s counts each look"
            .formatted(queue, limit, broker);
    return limit >= PLENTY
        ? new LookRisk(Level.COUNTED, counted)
        : new LookRisk(
            Level.DESTRUCTIVE,
            counted + ": a message that was looked at too often is dropped or dead-lettered");
  }
}
