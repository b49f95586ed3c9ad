package orderflow.cli.command;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.Services;
import orderflow.cli.deadletter.RedeadDetector;
import orderflow.cli.deadletter.ReplayResult;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.InventoryOutcome;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds the outcomes of replayed messages: from the service that consumes them, once it has seen
 * this replay; from outcome events, where the inventory service does not answer; or from the
 * message that was dead-lettered again. Used by one thread.
 */
final class ReplayFollower implements AutoCloseable {
  static final String DEAD_AGAIN = "dead_lettered";

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PROBE = Duration.ofSeconds(1);

  /** A browse reads the whole queue, which may be long. */
  private static final Duration BROWSE_PAUSE = Duration.ofSeconds(1);

  /** A service without an answer for so long hangs; with less time left it may only be late. */
  private static final Duration HANGING = Duration.ofSeconds(1);

  private static final int PREFETCH = 1_000;

  private final OrderClient orders;
  private final InventoryClient inventory;
  private final NotificationClient notifications;
  private final RedeadDetector redead;

  /** Outcome events; null where the inventory service answers. */
  private final @Nullable Subscription events;

  private final Map<String, String> outcomeEvents = new HashMap<>();

  /**
   * To be made before anything is sent.
   *
   * @param arrivals the queues that the messages are sent to
   */
  ReplayFollower(Services services, QueueBrowser browser, Collection<String> arrivals)
      throws InterruptedException {
    this.orders = services.orders();
    this.inventory = services.inventory();
    this.notifications = services.notifications();
    this.redead = new RedeadDetector(browser);
    redead.note(arrivals.stream().map(Topology::deadLetterQueue).toList());
    this.events =
        arrivals.contains(Topology.ORDER_PLACED) && !inventoryAnswers()
            ? browser.tap(
                Type.INVENTORY_RESERVED.exchange(),
                List.of(Type.INVENTORY_RESERVED.routingKey(), Type.INVENTORY_FAILED.routingKey()),
                PREFETCH)
            : null;
  }

  private boolean inventoryAnswers() throws InterruptedException {
    try {
      return ask("", () -> Optional.of(inventory.answersFor("probe")), PROBE.toNanos())
          .orElse(false);
    } catch (CliException e) {
      return false;
    }
  }

  /** Whether outcomes are taken from events, as the inventory service does not answer. */
  boolean usesEvents() {
    return events != null;
  }

  /** Whether the outcome of {@code result} can be found. */
  static boolean isFollowed(ReplayResult result) {
    return result.status() == ReplayResult.Status.REPLAYED
        && result.info().orderId() != null
        && result.sent() != null
        && result.sent().queue() != null;
  }

  /**
   * Adds outcomes to {@code results}; waits at most {@code limit} for all of them.
   *
   * @param progress gets how many are known, of how many
   * @throws CliException when a service does not answer
   */
  void follow(List<ReplayResult> results, Duration limit, ObjLongConsumer<Long> progress)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Set<Integer> open = new TreeSet<>();
    for (int n = 0; n < results.size(); n++) {
      if (isFollowed(results.get(n))) {
        open.add(n);
      }
    }
    long all = open.size();
    Map<String, Map<Long, Integer>> deadAgain = Map.of();
    long nextBrowse = System.nanoTime();
    while (!open.isEmpty() && left(deadline) > 0) {
      if (System.nanoTime() - nextBrowse >= 0) {
        deadAgain = deadAgain(results, open, deadline);
        nextBrowse = System.nanoTime() + BROWSE_PAUSE.toNanos();
      }
      collectEvents();
      for (Integer n : List.copyOf(open)) {
        ReplayResult result = results.get(n);
        Optional<String> outcome =
            isDeadAgain(result, deadAgain) ? Optional.of(DEAD_AGAIN) : outcome(result, deadline);
        if (outcome.isPresent()) {
          results.set(n, result.withOutcome(outcome.get()));
          open.remove(n);
        }
      }
      progress.accept(all - open.size(), all);
      if (!open.isEmpty()) {
        Thread.sleep(Duration.ofNanos(Math.clamp(left(deadline), 0, PAUSE.toNanos())));
      }
    }
  }

  private void collectEvents() throws InterruptedException {
    if (events == null) {
      return;
    }
    for (List<Delivery> batch = events.poll(PREFETCH, Duration.ZERO);
        !batch.isEmpty();
        batch = events.poll(PREFETCH, Duration.ZERO)) {
      for (Delivery event : batch) {
        try {
          InventoryOutcome outcome = EventCodec.decodeOutcome(event.body());
          outcomeEvents.put(outcome.orderId(), outcome.status().wire());
        } catch (InvalidEventException e) {
          // not an outcome
        }
      }
      events.ackAll(batch);
    }
  }

  private static long left(long deadline) {
    return deadline - System.nanoTime();
  }

  private static int number(ReplayResult result) {
    return (int) result.info().replays() + 1;
  }

  private static String queue(ReplayResult result) {
    return Objects.requireNonNull(Objects.requireNonNull(result.sent()).queue());
  }

  private static long mark(ReplayResult result) {
    return Objects.requireNonNull(result.sent()).mark();
  }

  private static boolean isDeadAgain(
      ReplayResult result, Map<String, Map<Long, Integer>> deadAgain) {
    return deadAgain.getOrDefault(queue(result), Map.of()).getOrDefault(mark(result), 0)
        >= number(result);
  }

  /** By queue and mark, how often messages were replayed that were dead-lettered again. */
  private Map<String, Map<Long, Integer>> deadAgain(
      List<ReplayResult> results, Set<Integer> open, long deadline) throws InterruptedException {
    Map<String, Set<Long>> marks =
        open.stream()
            .map(results::get)
            .collect(
                Collectors.groupingBy(
                    ReplayFollower::queue,
                    Collectors.mapping(ReplayFollower::mark, Collectors.toSet())));
    Map<String, Map<Long, Integer>> deadAgain = new HashMap<>();
    for (var each : marks.entrySet()) {
      // leaves time to ask the services after a long browse
      Duration half = Duration.ofNanos(Math.max(0, left(deadline) / 2));
      deadAgain.put(
          each.getKey(),
          redead.since(Topology.deadLetterQueue(each.getKey()), each.getValue(), half));
    }
    return deadAgain;
  }

  private Optional<String> outcome(ReplayResult result, long deadline) throws InterruptedException {
    String orderId = String.valueOf(result.info().orderId());
    if (events != null && queue(result).equals(Topology.ORDER_PLACED)) {
      return Optional.ofNullable(outcomeEvents.get(orderId));
    }
    long limit = left(deadline);
    Optional<JsonNode> details =
        switch (queue(result)) {
          case Topology.INVENTORY_RESERVED ->
              ask(
                  "notification service at " + notifications.base(),
                  () -> notifications.details(orderId),
                  limit);
          case Topology.ORDER_OUTCOME ->
              ask("order service at " + orders.base(), () -> orders.details(orderId), limit);
          default ->
              ask(
                  "inventory service at " + inventory.base(),
                  () -> inventory.details(orderId),
                  limit);
        };
    return details
        .filter(found -> hasSeen(found.path("replays"), number(result)))
        .map(found -> found.path("status").stringValue(""))
        .filter(status -> !status.equals("pending") && !status.equals("accepted"));
  }

  /** The answer to {@code question}, or empty when it does not come within {@code nanos}. */
  private static <T> Optional<T> ask(String whom, Callable<Optional<T>> question, long nanos)
      throws InterruptedException {
    var answer = new FutureTask<>(question);
    Thread.ofVirtual().start(answer);
    try {
      return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (nanos < HANGING.toNanos()) {
        return Optional.empty();
      }
      throw new CliException(
          ExitCode.UNREACHABLE, "the " + whom + " did not answer within the time limit", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CliException failure ? failure : new IllegalStateException(e);
    } finally {
      answer.cancel(true);
    }
  }

  /** Services of other programs keep no record of replays: any status of the order counts. */
  private static boolean hasSeen(JsonNode replays, int number) {
    return replays.isMissingNode()
        || replays.valueStream().anyMatch(replay -> replay.path("number").intValue(0) >= number);
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
    orders.close();
    inventory.close();
    notifications.close();
  }
}
