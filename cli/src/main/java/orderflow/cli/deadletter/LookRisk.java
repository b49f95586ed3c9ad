package orderflow.cli.deadletter;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueTraits;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/**
 * What a look at a queue costs: on a classic queue nothing. A quorum queue counts it as a delivery
 * of each message, and drops one that was delivered too often. How often that is, nobody can know
 * here: the smaller one holds of the queue's argument and of a policy, and AMQP tells of no policy.
 * A stream is no queue to look at like this.
 *
 * @param note for people; empty when it costs nothing
 */
public record LookRisk(Level level, String note) {
  /** RabbitMQ 4.0 was the first to limit deliveries where nobody had asked for it. */
  private static final int LIMITED_SINCE = 4;

  private static final long DEFAULT_LIMIT = 20;

  /** So many deliveries are taken for enough. */
  private static final long PLENTY = 1_000;

  private static final Pattern RABBIT = Pattern.compile("RabbitMQ (\\d+)\\..*");

  /** How much it costs. */
  public enum Level {
    NONE,
    /** Looking may delete, or does not work at all. */
    DESTRUCTIVE
  }

  /** Of a queue that there is. */
  public static LookRisk of(QueueBrowser browser, String queue) {
    return of(queue, browser.traits(queue), browser.brokerVersion());
  }

  /**
   * For a command that looks, and cannot do without.
   *
   * @throws CommandFailure where that may delete dead letters
   */
  public static void requireNone(RabbitBroker broker) {
    try (QueueBrowser browser = broker.openBrowser()) {
      for (String source : Topology.QUEUES) {
        String queue = Topology.deadLetterQueue(source);
        if (browser.depth(queue).orElse(0) > 0) {
          LookRisk risk = of(browser, queue);
          if (risk.level() != Level.NONE) {
            throw new CommandFailure(
                ExitCode.USAGE, risk.note() + "; this command looks, and there are letters");
          }
        }
      }
    }
  }

  /**
   * @param broker its product and version
   */
  static LookRisk of(String queue, QueueTraits traits, String broker) {
    if (!traits.known()) {
      return new LookRisk(
          Level.DESTRUCTIVE,
          "the broker does not tell what type %s is; in a quorum queue looking can delete"
              .formatted(queue));
    }
    if (traits.autoDelete()) {
      return new LookRisk(
          Level.DESTRUCTIVE,
          "%s goes with its last consumer, as an auto-delete queue does, and a look is one"
              .formatted(queue));
    }
    return switch (traits.type()) {
      case "classic" -> new LookRisk(Level.NONE, "");
      case "quorum" ->
          new LookRisk(
              Level.DESTRUCTIVE,
              "%s is a quorum queue: %s counts each look, and drops what was looked at more often"
                      .formatted(queue, broker)
                  + " than its delivery limit"
                  + limit(traits, broker));
      default ->
          new LookRisk(
              Level.DESTRUCTIVE,
              "%s is a %s, whose messages cannot be taken or left".formatted(queue, traits.type()));
    };
  }

  private static String limit(QueueTraits traits, String broker) {
    OptionalLong low = lowLimit(traits, broker);
    return low.isPresent() ? " of %,d".formatted(low.getAsLong()) : ", which a policy may have set";
  }

  /**
   * After how many deliveries {@code broker} drops a message of this quorum queue, where that is
   * few; empty also where it follows from a policy, which cannot be seen.
   */
  public static OptionalLong lowLimit(QueueTraits traits, String broker) {
    if (!traits.type().equals("quorum")) {
      return OptionalLong.empty();
    }
    Matcher rabbit = RABBIT.matcher(broker);
    boolean limitedAnyhow = rabbit.matches() && Integer.parseInt(rabbit.group(1)) >= LIMITED_SINCE;
    long limit = traits.deliveryLimit().orElse(limitedAnyhow ? DEFAULT_LIMIT : -1);
    return limit >= 0 && limit < PLENTY ? OptionalLong.of(limit) : OptionalLong.empty();
  }
}
