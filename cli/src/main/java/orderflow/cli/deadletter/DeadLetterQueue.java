package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import orderflow.cli.client.ManagementClient;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.view.Text;
import orderflow.messaging.Delivery;
import orderflow.messaging.Fingerprint;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A dead-letter queue that is safe to browse: the filter and plan steps that all {@code dlq-*}
 * commands share. Browsing changes nothing in the queue. Used by one thread.
 */
public final class DeadLetterQueue {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final QueueBrowser browser;
  private final String name;
  private final QueueState state;

  private DeadLetterQueue(QueueBrowser browser, String name, QueueState state) {
    this.browser = browser;
    this.name = name;
    this.state = state;
  }

  /**
   * The result of a browse.
   *
   * @param seen how many messages
   * @param selected how many of them the filter selects
   * @param missed how many were to be read and did not come
   */
  public record Browse(long seen, long selected, long missed) {}

  /**
   * A message that a filter selects.
   *
   * @param info without the body
   * @param message null where bodies are not kept
   */
  public record Selected(
      DeadLetterInfo info, Fingerprint fingerprint, @Nullable Delivery message) {}

  /**
   * The messages that a filter selects, in the order of the queue.
   *
   * @param isCut whether some were left out because the bodies take too much memory
   */
  public record Selection(List<Selected> messages, boolean isCut, Browse browse) {}

  /**
   * Looks at the state of a queue, and at whether browsing it is safe.
   *
   * @param management counts unacked messages where AMQP does not
   * @param force browse even where the broker may drop messages
   * @param notes gets the effects of browsing
   * @param warnings gets the reasons why the result may be incomplete
   * @throws CliException when there is no such queue, browsing it may drop messages, or no message
   *     can be seen
   */
  public static DeadLetterQueue open(
      QueueBrowser browser,
      String name,
      ManagementClient management,
      boolean force,
      Consumer<String> notes,
      Consumer<String> warnings)
      throws InterruptedException {
    QueueState found =
        BrowseSafety.stateAtRest(browser, name).orElseThrow(() -> noSuchQueue(browser, name));
    QueueState state =
        found.held().isPresent()
            ? found
            : found.withHeld(
                management.unacked(name, () -> browser.depth(name).orElse(found.ready())));
    var traits = browser.queueProperties(name);
    BrowseSafety.whyNothingShows(name, traits, state)
        .ifPresent(why -> {
          throw new CliException(ExitCode.PARTIAL, why);
        });
    BrowseSafety.whyIncomplete(name, state).ifPresent(warnings);
    BrowseSafety safety = BrowseSafety.of(name, traits, browser.brokerVersion());
    if (safety.level() == BrowseSafety.Level.DESTRUCTIVE) {
      if (!force) {
        throw new CliException(ExitCode.USAGE, safety.note() + "; --force browses it anyway");
      }
      notes.accept("note: " + safety.note());
    }
    return new DeadLetterQueue(browser, name, state);
  }

  private static CliException noSuchQueue(QueueBrowser browser, String name) {
    List<String> there =
        Topology.QUEUES.stream()
            .map(Topology::deadLetterQueue)
            .filter(queue -> browser.depth(queue).isPresent())
            .toList();
    return new CliException(
        ExitCode.USAGE,
        "there is no queue "
            + Text.printable(name)
            + (there.isEmpty()
                ? "; the services declare theirs when they start"
                : "; there are " + String.join(", ", there)));
  }

  public String name() {
    return name;
  }

  /** How many messages no client held when it was opened. */
  public long ready() {
    return state.ready();
  }

  /** How many messages other clients held then; empty when the broker does not report it. */
  public OptionalLong held() {
    return state.held();
  }

  /** Whether other clients held messages, or may have. */
  public boolean mayBeIncomplete() {
    return state.held().isPresent() ? state.held().getAsLong() > 0 : state.consumers() > 0;
  }

  /**
   * Shows {@code visitor} the messages that {@code filter} selects, from the head.
   *
   * @param visitor answers whether to go on
   */
  public Browse browse(DeadLetterFilter filter, BiPredicate<DeadLetterInfo, Delivery> visitor)
      throws InterruptedException {
    int[] seen = {0};
    long[] selected = {0};
    boolean[] enough = {false};
    browser.visit(
        name,
        filter.reach(),
        PATIENCE,
        message -> {
          var info = DeadLetterInfo.of(++seen[0], message);
          if (filter.matches(info)) {
            selected[0]++;
            enough[0] = !visitor.test(info, message);
          }
          enough[0] |=
              (!filter.newest() && selected[0] >= filter.limit())
                  || seen[0] >= filter.lastPosition();
          return !enough[0];
        });
    long expected = enough[0] ? 0 : Math.min(state.ready(), filter.reach());
    return new Browse(seen[0], selected[0], Math.max(0, expected - seen[0]));
  }

  /**
   * Selects messages without showing them.
   *
   * @param mostBytes of bodies to keep; 0 to keep none
   */
  public Selection select(DeadLetterFilter filter, long mostBytes) throws InterruptedException {
    Deque<Selected> messages = new ArrayDeque<>();
    long[] bytes = {0};
    boolean[] cut = {false};
    Browse browse =
        browse(
            filter,
            (info, message) -> {
              messages.add(
                  new Selected(
                      info.withoutBody(),
                      Fingerprint.of(message),
                      mostBytes == 0 ? null : message));
              bytes[0] += mostBytes == 0 ? 0 : message.body().length;
              while (messages.size() > filter.limit()
                  || (bytes[0] > mostBytes && messages.size() > 1)) {
                cut[0] |= messages.size() <= filter.limit();
                Delivery older = messages.remove().message();
                bytes[0] -= older == null ? 0 : older.body().length;
              }
              return filter.newest() || !cut[0];
            });
    return new Selection(List.copyOf(messages), cut[0], browse);
  }

  /**
   * The exit code of a command that has browsed: partly done where messages may be missing.
   *
   * @param warnings gets how many were not seen
   */
  public ExitCode exitCode(Browse browse, Consumer<String> warnings) {
    if (browse.missed() > 0) {
      warnings.accept(
          "orderflow: %s of %s messages of %s were seen; another client took or holds the others"
              .formatted(
                  Text.grouped(browse.seen()),
                  Text.grouped(browse.seen() + browse.missed()),
                  name));
      return ExitCode.PARTIAL;
    }
    return mayBeIncomplete() ? ExitCode.PARTIAL : ExitCode.DONE;
  }

  /** Explains {@code failure} where another client has exclusive use of {@code queue}. */
  public static RuntimeException explained(String queue, MessagingException failure) {
    return failure.kind() == MessagingException.Kind.RESOURCE_LOCKED
        ? new CliException(
            ExitCode.PARTIAL,
            "%s is in exclusive use: the consumer of another client gets every message, so none can"
                    .formatted(Text.printable(queue))
                + " be seen or taken; stop that client first",
            failure)
        : failure;
  }
}
