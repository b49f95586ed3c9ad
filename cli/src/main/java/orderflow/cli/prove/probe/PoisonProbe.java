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
 * Sends poison messages where orders are expected, and looks whether each ends in the dead-letter
 * queue: once, byte for byte, with the right reason. Finds its own among others by their message
 * ids, or by a header; or, where a consumer that is not ours has kept neither, by their bytes.
 */
public final class PoisonProbe {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long a look waits for the next message when other consumers took some meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RabbitBroker broker;
  private final String run;
  private final Duration limit;

  /**
   * What became of one poison message.
   *
   * @param deadLettered how many dead letters it became; one is right
   * @param reason the first one's, or null when there is none or it names none
   * @param intact whether each has the bytes that were sent
   * @param foundBy what it was recognised by: its message id, its header, or its bytes; null when
   *     there is none
   * @param lost what it has lost of what was sent: message_id, headers, delivery_mode
   */
  public record PoisonResult(
      PoisonKind kind,
      String queue,
      int deadLettered,
      @Nullable String reason,
      boolean intact,
      @Nullable String foundBy,
      List<String> lost) {
    /** A reason that names none is taken from programs that are not ours. */
    public boolean passed() {
      return deadLettered == 1 && intact && (reason == null || reason.equals(kind.reason().wire()));
    }

    /** The contract for programs. */
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
   * @throws MessagingException when the broker is not reachable, or no consumer's queue takes
   *     orders
   * @throws CliException when it is lost once something was published, or when the dead letters
   *     cannot be seen, so that nothing is known of them
   */
  public List<PoisonResult> send(List<PoisonKind> kinds) throws InterruptedException {
    String queue = Topology.deadLetterQueue(Topology.ORDER_PLACED);
    var publish = new ConfirmedPublish(kinds.stream().map(this::message).toList());
    try (QueueBrowser browser = broker.openBrowser()) {
      requireVisible(browser, queue);
      long before = browser.depth(queue).orElse(0);
      publish.run(broker, CONFIRM_TIMEOUT);
      long deadline = System.nanoTime() + limit.toNanos();
      while (browser.depth(queue).orElse(0) < before + kinds.size()
          && System.nanoTime() - deadline < 0) {
        Thread.sleep(PAUSE);
      }
      return find(browser, queue, before, kinds, deadline);
    } catch (MessagingException e) {
      throw publish.explained(e);
    }
  }

  private Message message(PoisonKind kind) {
    return new Message(
        Type.ORDER_PLACED.exchange(),
        Type.ORDER_PLACED.routingKey(),
        DeadLetterSearch.properties(run, kind),
        kind.body());
  }

  /** Looks again until all are there: others may come and go in the same queue. */
  private List<PoisonResult> find(
      QueueBrowser browser, String queue, long before, List<PoisonKind> kinds, long deadline)
      throws InterruptedException {
    while (true) {
      long start = System.nanoTime();
      var search = new DeadLetterSearch(run, kinds, before);
      if (browser.depth(queue).isPresent()) {
        browser.visit(queue, PATIENCE, search);
      }
      long end = System.nanoTime();
      if (search.foundAll() || end - deadline > 0) {
        List<PoisonResult> findings =
            kinds.stream().map(kind -> search.finding(kind, queue)).toList();
        requireSeen(browser, queue, findings);
        return findings;
      }
      // A deep look costs the broker something, so that it gets as much rest.
      Thread.sleep(Duration.ofNanos(Math.max(PAUSE.toNanos(), end - start)));
    }
  }

  private static void requireVisible(QueueBrowser browser, String queue)
      throws InterruptedException {
    BrowseSafety.stateAtRest(browser, queue)
        .flatMap(
            state -> BrowseSafety.whyNothingShows(queue, browser.queueProperties(queue), state))
        .ifPresent(why -> {
          throw new CliException(ExitCode.FAILED, "inconclusive: " + why + "; nothing was sent");
        });
  }

  /** What nobody saw proves nothing while somebody else may have it in hand. */
  private static void requireSeen(QueueBrowser browser, String queue, List<PoisonResult> findings)
      throws InterruptedException {
    List<PoisonResult> open = findings.stream().filter(finding -> !finding.passed()).toList();
    if (open.isEmpty() || open.stream().anyMatch(finding -> finding.deadLettered() > 0)) {
      return;
    }
    BrowseSafety.stateAtRest(browser, queue)
        .flatMap(state -> BrowseSafety.whyIncomplete(queue, state))
        .ifPresent(why -> {
          throw new CliException(
              ExitCode.FAILED,
              "inconclusive: %s %s not seen in %s, but %s; stop that client and try again"
                  .formatted(
                      open.stream()
                          .map(finding -> finding.kind().toString())
                          .collect(Collectors.joining(", ")),
                      open.size() == 1 ? "was" : "were",
                      queue,
                      why));
        });
  }
}
