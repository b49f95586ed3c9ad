package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.check.Verdict;
import orderflow.event.Event.Type;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Publishes poison messages as orders, and checks that each is dead-lettered once, unchanged and
 * with the correct reason.
 */
public final class PoisonProbe {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long browsing waits for the next message after other consumers took some. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  private final RabbitBroker broker;
  private final String run;
  private final Duration limit;

  /**
   * @param deadLettered how many dead letters the message has; one is correct
   * @param reason of the first one; null when there is none or it has none
   * @param intact whether each has the bytes that were sent
   * @param foundBy how it was recognised: message_id, header or bytes; null when not found
   * @param lost properties that it has lost: message_id, headers, delivery_mode
   */
  public record PoisonResult(
      PoisonKind kind,
      String queue,
      int deadLettered,
      @Nullable String reason,
      boolean intact,
      @Nullable String foundBy,
      List<String> lost) {
    /** A missing reason is accepted: not every consumer is ours. */
    public boolean passed() {
      return deadLettered == 1 && intact && (reason == null || reason.equals(kind.reason().wire()));
    }

    public Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("kind", kind.toString());
      json.put("queue", queue);
      json.put("dead_lettered", deadLettered);
      json.put("reason", reason);
      json.put("found_by", foundBy);
      json.put("lost", lost);
      json.put("verdict", Verdict.of(passed()).wire());
      return json;
    }
  }

  /**
   * @param run makes the message ids unique
   * @param limit how long to wait for the dead letters
   */
  public PoisonProbe(RabbitBroker broker, String run, Duration limit) {
    this.broker = broker;
    this.run = run;
    this.limit = limit;
  }

  /**
   * @throws MessagingException when the broker is not reachable, or no queue is bound for orders
   * @throws CliException when the connection is lost after a message was published, or the dead
   *     letters are not visible
   */
  public List<PoisonResult> send(List<PoisonKind> kinds) throws InterruptedException {
    var publish = new ConfirmedPublish(kinds.stream().map(this::message).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      requireVisible(browser);
      long before = browser.depth(QUEUE).orElse(0);
      publish.run(broker);
      long deadline = System.nanoTime() + limit.toNanos();
      while (browser.depth(QUEUE).orElse(0) < before + kinds.size()
          && System.nanoTime() - deadline < 0) {
        Thread.sleep(PAUSE);
      }
      return find(browser, before, kinds, deadline);
    } catch (MessagingException e) {
      throw publish.explained(e);
    }
  }

  /** The message of one kind. */
  public Message message(PoisonKind kind) {
    return new Message(
        Type.ORDER_PLACED.exchange(),
        Type.ORDER_PLACED.routingKey(),
        DeadLetterSearch.properties(run, kind),
        kind.body());
  }

  /** Browses repeatedly until all are found: other clients may use the queue too. */
  private List<PoisonResult> find(
      QueueBrowser browser, long before, List<PoisonKind> kinds, long deadline)
      throws InterruptedException {
    while (true) {
      long start = System.nanoTime();
      var search = new DeadLetterSearch(run, kinds, before);
      if (browser.depth(QUEUE).isPresent()) {
        browser.visit(QUEUE, PATIENCE, search);
      }
      long end = System.nanoTime();
      if (search.foundAll() || end - deadline > 0) {
        List<PoisonResult> results =
            kinds.stream().map(kind -> search.result(kind, QUEUE)).toList();
        requireComplete(browser, results);
        return results;
      }
      // Browsing a long queue loads the broker, so the pause is as long as the browsing.
      Thread.sleep(Duration.ofNanos(Math.max(PAUSE.toNanos(), end - start)));
    }
  }

  private static void requireVisible(QueueBrowser browser) throws InterruptedException {
    BrowseSafety.stateAtRest(browser, QUEUE)
        .flatMap(
            state -> BrowseSafety.whyNothingShows(QUEUE, browser.queueProperties(QUEUE), state))
        .ifPresent(why -> {
          throw new CliException(ExitCode.FAILED, "inconclusive: " + why + "; nothing was sent");
        });
  }

  /** A message that was not found proves nothing while another consumer may hold it unacked. */
  private static void requireComplete(QueueBrowser browser, List<PoisonResult> results)
      throws InterruptedException {
    List<PoisonResult> open = results.stream().filter(result -> !result.passed()).toList();
    if (open.isEmpty() || open.stream().anyMatch(result -> result.deadLettered() > 0)) {
      return;
    }
    String kinds =
        open.stream().map(result -> result.kind().toString()).collect(Collectors.joining(", "));
    BrowseSafety.stateAtRest(browser, QUEUE)
        .flatMap(state -> BrowseSafety.whyIncomplete(QUEUE, state))
        .ifPresent(why -> {
          throw new CliException(
              ExitCode.FAILED,
              "inconclusive: %s %s not seen in %s, but %s; stop that client and try again"
                  .formatted(kinds, open.size() == 1 ? "was" : "were", QUEUE, why));
        });
  }
}
