package orderflow.cli.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.Services;
import orderflow.cli.deadletter.DeadLetterView;
import orderflow.cli.deadletter.LookRisk;
import orderflow.cli.deadletter.Replayed;
import orderflow.cli.deadletter.Replayed.Fate;
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

  private static final Duration LOOK_LIMIT = Duration.ofSeconds(5);

  private final Services services;
  private final QueueBrowser browser;

  ReplayFollower(Services services, QueueBrowser browser) {
    this.services = services;
    this.browser = browser;
  }

  /**
   * Puts what they became into {@code results}, and waits at most {@code limit} for all of them.
   *
   * @return how many of them have not become anything yet
   * @throws orderflow.cli.CommandFailure when a service does not answer; what is known stands
   */
  int follow(List<Replayed> results, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Set<Integer> open = new TreeSet<>();
    for (int n = 0; n < results.size(); n++) {
      if (results.get(n).fate() == Fate.REPLAYED && results.get(n).letter().orderId() != null) {
        open.add(n);
      }
    }
    try (var orders = services.orders();
        var inventory = services.inventory();
        var notifications = services.notifications()) {
      Map<String, Integer> back = Map.of();
      long nextLook = System.nanoTime();
      while (true) {
        if (System.nanoTime() - nextLook >= 0) {
          back = comeBack(results, open);
          nextLook = System.nanoTime() + LOOK_PAUSE.toNanos();
        }
        for (Integer n : List.copyOf(open)) {
          Replayed replayed = results.get(n);
          Optional<String> outcome =
              back.getOrDefault(key(replayed), 0) >= number(replayed)
                  ? Optional.of(DEAD_AGAIN)
                  : outcome(orders, inventory, notifications, replayed);
          if (outcome.isPresent()) {
            results.set(n, replayed.with(outcome.get()));
            open.remove(n);
          }
        }
        if (open.isEmpty() || System.nanoTime() - deadline >= 0) {
          return open.size();
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private static int number(Replayed replayed) {
    return (int) replayed.letter().replays() + 1;
  }

  private static String key(Replayed replayed) {
    return replayed.queue() + " " + replayed.letter().orderId();
  }

  /** How often the letters were replayed that lie in the queues of those that are open. */
  private Map<String, Integer> comeBack(List<Replayed> results, Set<Integer> open)
      throws InterruptedException {
    Map<String, Integer> back = new HashMap<>();
    for (String queue : open.stream().map(n -> results.get(n).queue()).distinct().toList()) {
      if (browser.depth(queue).orElse(0) > 0
          && LookRisk.of(browser, queue).level() == LookRisk.Level.NONE) {
        browser.visit(
            queue,
            LOOK_LIMIT,
            letter -> {
              var view = DeadLetterView.of(1, letter);
              back.merge(queue + " " + view.orderId(), (int) view.replays(), Math::max);
              return true;
            });
      }
    }
    return back;
  }

  private static Optional<String> outcome(
      OrderClient orders,
      InventoryClient inventory,
      NotificationClient notifications,
      Replayed replayed)
      throws InterruptedException {
    String orderId = String.valueOf(replayed.letter().orderId());
    Optional<JsonNode> details =
        switch (Topology.deadLetterOrigin(replayed.queue())) {
          case Topology.INVENTORY_RESERVED -> notifications.details(orderId);
          case Topology.ORDER_OUTCOME -> orders.details(orderId);
          default -> inventory.details(orderId);
        };
    return details
        .filter(found -> hasArrived(found.path("replays"), number(replayed)))
        .map(found -> found.path("status").stringValue(""))
        .filter(status -> !status.equals("pending") && !status.equals("accepted"));
  }

  /** A service that is not ours keeps no record of replays: its word on the order has to do. */
  private static boolean hasArrived(JsonNode replays, int number) {
    return replays.isMissingNode()
        || replays.valueStream().anyMatch(replay -> replay.path("number").intValue(0) >= number);
  }
}
