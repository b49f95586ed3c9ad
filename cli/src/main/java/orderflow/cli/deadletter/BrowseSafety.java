package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.DeliveryLimit;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.QueueProperties;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;

/**
 * Whether a queue can be browsed without effect. A classic queue can. A quorum queue counts each
 * browse as a delivery and drops messages beyond its delivery limit, which AMQP does not show: the
 * lower of the queue's argument and a policy. A stream cannot be browsed this way.
 *
 * @param note why not; empty when it can
 */
public record BrowseSafety(Level level, String note) {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int MOST_PAUSES = 25;

  /** The effect of browsing on the queue. */
  public enum Level {
    NONE,
    /** Browsing may drop messages, or does not work at all. */
    DESTRUCTIVE
  }

  /** Of a queue that exists. */
  public static BrowseSafety of(QueueBrowser browser, String queue) {
    return of(queue, browser.queueProperties(queue), browser.brokerVersion());
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
              + " queue, browsing can drop messages");
    }
    if (traits.autoDelete()) {
      return new BrowseSafety(
          Level.DESTRUCTIVE,
          "%s is an auto-delete queue: the broker deletes it after browsing".formatted(queue));
    }
    return switch (traits.type()) {
      case "classic" -> new BrowseSafety(Level.NONE, "");
      case "quorum" ->
          new BrowseSafety(
              Level.DESTRUCTIVE,
              "%s is a quorum queue: %s counts each browse as a delivery, and drops messages beyond"
                      .formatted(queue, broker)
                  + " its delivery limit"
                  + limit(traits, broker));
      default ->
          new BrowseSafety(
              Level.DESTRUCTIVE,
              "%s is a %s, which cannot be browsed this way".formatted(queue, traits.type()));
    };
  }

  private static String limit(QueueProperties traits, String broker) {
    OptionalLong low = DeliveryLimit.lowLimit(traits, broker);
    return low.isPresent() ? " of %,d".formatted(low.getAsLong()) : ", which a policy may have set";
  }

  /**
   * For commands that have to browse.
   *
   * @throws CliException where that may drop dead letters
   */
  public static void requireNone(RabbitBroker broker) {
    try (QueueBrowser browser = broker.openBrowser()) {
      for (String source : Topology.QUEUES) {
        String queue = Topology.deadLetterQueue(source);
        if (browser.depth(queue).orElse(0) > 0) {
          BrowseSafety safety = of(browser, queue);
          if (safety.level() != Level.NONE) {
            throw new CliException(
                ExitCode.USAGE,
                safety.note() + "; this command browses it, and there are dead letters");
          }
        }
      }
    }
  }

  /**
   * The state of {@code queue}; empty when it does not exist. Waits a moment for the end of a
   * browse just before, whose client counts as a consumer until then.
   */
  public static Optional<QueueState> stateAtRest(QueueBrowser browser, String queue)
      throws InterruptedException {
    Optional<QueueState> state = browser.state(queue);
    for (int n = 0; n < MOST_PAUSES && state.filter(QueueState::isInUse).isPresent(); n++) {
      Thread.sleep(PAUSE);
      state = browser.state(queue);
    }
    return state;
  }

  /** Why a browse of {@code queue} may miss messages; empty when it does not. */
  public static Optional<String> whyIncomplete(String queue, QueueState state) {
    String consumers =
        "%d consumer%s of %s"
            .formatted(state.consumers(), state.consumers() == 1 ? "" : "s", queue);
    long held = state.held().orElse(0);
    if (held > 0) {
      return Optional.of(
          "%s: %,d visible, %,d held by another client%s"
              .formatted(
                  queue,
                  state.ready(),
                  held,
                  state.consumers() == 0 ? " that does not consume" : " (" + consumers + ")"));
    }
    return state.held().isPresent() || state.consumers() == 0
        ? Optional.empty()
        : Optional.of(
            "%s: %,d visible, %s may hold more".formatted(queue, state.ready(), consumers));
  }

  /**
   * Why no message of a queue can be seen, however long one waits; empty when they can.
   *
   * @param state just now
   */
  public static Optional<String> whyNothingShows(
      String queue, QueueProperties traits, QueueState state) {
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
}
