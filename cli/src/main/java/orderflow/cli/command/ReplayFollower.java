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
import orderflow.cli.deadletter.ReplayResult.Status;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import tools.jackson.databind.JsonNode;

/**
 * Finds out what replayed letters became: by the service that consumes them, once that has seen
 * this replay and not only an earlier life of its order, or by the letter that came back. Used by
 * one thread.
 */
final class ReplayFollower {
  static final String DEAD_AGAIN = "dead_lettered";

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** A look goes through the whole queue, which may be long. */
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

  /** An answer that took so long was not only begun too late. */
  private static final Duration HANGING = Duration.ofSeconds(1);

  private final Services services;
  private final RedeadDetector returned;

  /** What services say of one order. */
  private record Clients(
      OrderClient orders, InventoryClient inventory, NotificationClient notifications)
      implements AutoCloseable {
    private Clients(Services services) {
      this(services.orders(), services.inventory(), services.notifications());
    }

    @Override
    public void close() {
      orders.close();
      inventory.close();
      notifications.close();
    }
  }

  /**
   * To be made before anything is sent: looks at what lies in the dead-letter queues of {@code
   * arrivals}, which never came back.
   */
  ReplayFollower(Services services, QueueBrowser browser, Collection<String> arrivals)
      throws InterruptedException {
    this.services = services;
    this.returned = new RedeadDetector(browser);
    returned.note(arrivals.stream().map(Topology::deadLetterQueue).toList());
  }

  /** Whether anybody can tell what {@code replayed} became. */
  static boolean isFollowed(ReplayResult replayed) {
    return replayed.fate() == Status.REPLAYED
        && replayed.letter().orderId() != null
        && replayed.sent() != null
        && replayed.sent().queue() != null;
  }

  /**
   * Puts what they became into {@code results}, and waits at most {@code limit} for all of them.
   *
   * @param progress is told how many are known, of how many
   * @throws CliException when a service does not answer; what is known stands
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
    try (var clients = new Clients(services)) {
      Map<String, Map<Long, Integer>> back = Map.of();
      long nextLook = System.nanoTime();
      while (!open.isEmpty() && left(deadline) > 0) {
        if (System.nanoTime() - nextLook >= 0) {
          back = comeBack(results, open, deadline);
          nextLook = System.nanoTime() + LOOK_PAUSE.toNanos();
        }
        for (Integer n : List.copyOf(open)) {
          ReplayResult replayed = results.get(n);
          Optional<String> outcome =
              isBack(replayed, back)
                  ? Optional.of(DEAD_AGAIN)
                  : outcome(clients, replayed, deadline);
          if (outcome.isPresent()) {
            results.set(n, replayed.with(outcome.get()));
            open.remove(n);
          }
        }
        progress.accept(all - open.size(), all);
        if (!open.isEmpty()) {
          Thread.sleep(Duration.ofNanos(Math.clamp(left(deadline), 0, PAUSE.toNanos())));
        }
      }
    }
  }

  private static long left(long deadline) {
    return deadline - System.nanoTime();
  }

  private static int number(ReplayResult replayed) {
    return (int) replayed.letter().replays() + 1;
  }

  private static String arrival(ReplayResult replayed) {
    return Objects.requireNonNull(Objects.requireNonNull(replayed.sent()).queue());
  }

  private static long mark(ReplayResult replayed) {
    return Objects.requireNonNull(replayed.sent()).mark();
  }

  private static boolean isBack(ReplayResult replayed, Map<String, Map<Long, Integer>> back) {
    return back.getOrDefault(arrival(replayed), Map.of()).getOrDefault(mark(replayed), 0)
        >= number(replayed);
  }

  /** How often the letters were replayed that came back of those that are open, by their queue. */
  private Map<String, Map<Long, Integer>> comeBack(
      List<ReplayResult> results, Set<Integer> open, long deadline) throws InterruptedException {
    Map<String, Set<Long>> marks =
        open.stream()
            .map(results::get)
            .collect(
                Collectors.groupingBy(
                    ReplayFollower::arrival,
                    Collectors.mapping(ReplayFollower::mark, Collectors.toSet())));
    Map<String, Map<Long, Integer>> back = new HashMap<>();
    for (var each : marks.entrySet()) {
      // A look through a long queue is to leave time to ask the services.
      Duration half = Duration.ofNanos(Math.max(0, left(deadline) / 2));
      back.put(
          each.getKey(),
          returned.since(Topology.deadLetterQueue(each.getKey()), each.getValue(), half));
    }
    return back;
  }

  private static Optional<String> outcome(Clients clients, ReplayResult replayed, long deadline)
      throws InterruptedException {
    String orderId = String.valueOf(replayed.letter().orderId());
    Optional<JsonNode> details =
        switch (arrival(replayed)) {
          case Topology.INVENTORY_RESERVED ->
              ask(
                  "notification service at " + clients.notifications().base(),
                  () -> clients.notifications().details(orderId),
                  deadline);
          case Topology.ORDER_OUTCOME ->
              ask(
                  "order service at " + clients.orders().base(),
                  () -> clients.orders().details(orderId),
                  deadline);
          default ->
              ask(
                  "inventory service at " + clients.inventory().base(),
                  () -> clients.inventory().details(orderId),
                  deadline);
        };
    return details
        .filter(found -> hasArrived(found.path("replays"), number(replayed)))
        .map(found -> found.path("status").stringValue(""))
        .filter(status -> !status.equals("pending") && !status.equals("accepted"));
  }

  /** What {@code question} answers, or empty when it does not in time. */
  private static Optional<JsonNode> ask(
      String whom, Callable<Optional<JsonNode>> question, long deadline)
      throws InterruptedException {
    long left = left(deadline);
    var answer = new FutureTask<>(question);
    Thread.ofVirtual().start(answer);
    try {
      return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (left < HANGING.toNanos()) {
        return Optional.empty();
      }
      throw new CliException(
          ExitCode.UNREACHABLE, "the " + whom + " did not answer in the time there was", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CliException failure ? failure : new IllegalStateException(e);
    } finally {
      answer.cancel(true);
    }
  }

  /** A service that is not ours keeps no record of replays: its word on the order has to do. */
  private static boolean hasArrived(JsonNode replays, int number) {
    return replays.isMissingNode()
        || replays.valueStream().anyMatch(replay -> replay.path("number").intValue(0) >= number);
  }
}
