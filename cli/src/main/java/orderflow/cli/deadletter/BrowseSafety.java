package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.DeliveryLimit;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueProperties;
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
public record BrowseSafety(Level level, String note) {
  private static final Duration GLANCE = Duration.ofMillis(20);
  private static final int MOST_GLANCES = 25;

  /** How much it costs. */
  public enum Level {
    NONE,
    /** Looking may delete, or does not work at all. */
    DESTRUCTIVE
  }

  /** Of a queue that there is. */
  public static BrowseSafety of(QueueBrowser browser, String queue) {
    return of(queue, browser.queueProperties(queue), browser.brokerVersion());
  }

  /**
   * For a command that looks, and cannot do without.
   *
   * @throws CliException where that may delete dead letters
   */
  public static void requireNone(RabbitBroker broker) {
    try (QueueBrowser browser = broker.openBrowser()) {
      for (String source : Topology.QUEUES) {
        String queue = Topology.deadLetterQueue(source);
        if (browser.depth(queue).orElse(0) > 0) {
          BrowseSafety risk = of(browser, queue);
          if (risk.level() != Level.NONE) {
            throw new CliException(
                ExitCode.USAGE, risk.note() + "; this command looks, and there are letters");
          }
        }
      }
    }
  }

  /**
   * How {@code queue} is; empty when there is none. Whoever looked just before is a consumer a
   * moment longer, which is waited for.
   */
  public static Optional<QueueBrowser.QueueState> stateAtRest(QueueBrowser browser, String queue)
      throws InterruptedException {
    Optional<QueueBrowser.QueueState> state = browser.state(queue);
    for (int n = 0; n < MOST_GLANCES && state.isPresent() && state.get().consumers() > 0; n++) {
      Thread.sleep(GLANCE);
      state = browser.state(queue);
    }
    return state;
  }

  /** What to tell people of {@code consumers} of a queue that is looked at; empty for none. */
  public static Optional<String> whyIncomplete(String queue, long consumers) {
    return consumers == 0
        ? Optional.empty()
        : Optional.of(
            "%d consumer%s of %s may have letters in hand, which nobody else sees"
                .formatted(consumers, consumers == 1 ? "" : "s", queue));
  }

  /**
   * Why a queue shows nothing of what it holds, however long one waits; empty when it does.
   *
   * @param state how it is just now
   */
  public static Optional<String> whyNothingShows(
      String queue, QueueProperties traits, QueueBrowser.QueueState state) {
    if (traits.type().equals("stream")) {
      return Optional.of(
          queue
              + " is a stream: its messages can be neither browsed nor taken this way; read it with"
              + " a client for streams");
    }
    return state.consumers() > 0
            && Boolean.TRUE.equals(traits.arguments().get("x-single-active-consumer"))
        ? Optional.of(
            ("%s has a single active consumer: another client is that one and gets every message,"
                    + " so none%s can be seen; stop that client first")
                .formatted(
                    queue,
                    state.ready() == 0 ? "" : " of the %,d ready ones".formatted(state.ready())))
        : Optional.empty();
  }

  /**
   * @param broker its product and version
   */
  public static BrowseSafety of(String queue, QueueProperties traits, String broker) {
    if (!traits.known()) {
      return new BrowseSafety(
          Level.DESTRUCTIVE,
          "cannot check the type of %s, which needs the configure permission; if it is a quorum"
                  .formatted(queue)
              + " queue, looking can delete messages");
    }
    if (traits.autoDelete()) {
      return new BrowseSafety(
          Level.DESTRUCTIVE,
          "%s goes with its last consumer, as an auto-delete queue does, and a look is one"
              .formatted(queue));
    }
    return switch (traits.type()) {
      case "classic" -> new BrowseSafety(Level.NONE, "");
      case "quorum" ->
          new BrowseSafety(
              Level.DESTRUCTIVE,
              "%s is a quorum queue: %s counts each look, and drops what was looked at more often"
                      .formatted(queue, broker)
                  + " than its delivery limit"
                  + limit(traits, broker));
      default ->
          new BrowseSafety(
              Level.DESTRUCTIVE,
              "%s is a %s, whose messages cannot be taken or left".formatted(queue, traits.type()));
    };
  }

  private static String limit(QueueProperties traits, String broker) {
    OptionalLong low = lowLimit(traits, broker);
    return low.isPresent() ? " of %,d".formatted(low.getAsLong()) : ", which a policy may have set";
  }

  /**
   * After how many deliveries {@code broker} drops a message of this quorum queue, where that is
   * few; empty also where it follows from a policy, which cannot be seen.
   */
  public static OptionalLong lowLimit(QueueProperties traits, String broker) {
    return DeliveryLimit.lowLimit(traits, broker);
  }
}
