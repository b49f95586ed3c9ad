package orderflow.cli.prove.scenario;

import java.time.Duration;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.ServiceProbe;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Waits until every accepted order is final: decided, its status known to the order service, and
 * its reservation notified. Orders become final roughly in order, so each poll reads only from the
 * first open one. Not thread-safe.
 */
final class QuiescenceWait {
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  /** How long nothing must change when no work is left. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private static final String RESERVED = "reserved";
  private static final String OUTBOX = "orderflow_outbox_entries";

  private final TestEnvironment environment;
  private final ClientHistory history;
  private final OrderEvidence evidence;
  private final OrderCounts known = new OrderCounts();
  private final OrderCounts decided = new OrderCounts();
  private final OrderCounts notified = new OrderCounts();
  private int firstOpen;
  private long changes;
  private @Nullable CliException noAnswer;

  enum Result {
    QUIESCENT,
    /** Nothing changed for the whole limit. */
    STANDSTILL,
    /** The time was up, and orders still became final. */
    TIMED_OUT
  }

  /**
   * @param evidence of what the services do not list
   */
  QuiescenceWait(TestEnvironment environment, ClientHistory history, OrderEvidence evidence) {
    this.environment = environment;
    this.history = history;
    this.evidence = evidence;
  }

  /**
   * Waits until nothing has changed for {@code idle}, or for a shorter time when no work is left;
   * at most {@code longest}. Pauses as long as a poll takes, because it loads the services.
   *
   * @throws CliException when a service gives no answer at the end
   */
  Result await(Deadline idle, Duration longest) throws InterruptedException {
    var quiet = new Deadline(QUIET);
    long start = System.nanoTime();
    while (true) {
      long before = System.nanoTime();
      long changesBefore = changes;
      if (isQuiescent()) {
        return Result.QUIESCENT;
      }
      if (changes > changesBefore) {
        idle.restart();
        quiet.restart();
      }
      long now = System.nanoTime();
      boolean isStill = idle.isOver() || (quiet.isOver() && noAnswer == null && !isWorkLeft());
      boolean isTooLong = now - start >= longest.toNanos();
      if (isStill || isTooLong) {
        if (noAnswer != null) {
          throw noAnswer;
        }
        return isStill ? Result.STANDSTILL : Result.TIMED_OUT;
      }
      Thread.sleep(Duration.ofNanos(Math.max(PAUSE_NANOS, now - before)));
    }
  }

  /** A service that gives no answer now may give one later. */
  private boolean isQuiescent() throws InterruptedException {
    try {
      poll();
      noAnswer = null;
      return firstOpen >= history.size();
    } catch (CliException e) {
      noAnswer = e;
      return false;
    }
  }

  private void poll() throws InterruptedException {
    String prefix = history.ids().prefix();
    String after = firstOpen == 0 ? "" : history.ids().id(firstOpen - 1L);
    if (lists(ServiceName.ORDER)) {
      environment
          .orders()
          .eachOrder(prefix, after, row -> set(known, row.orderId(), code(row.status())));
    }
    if (lists(ServiceName.INVENTORY)) {
      environment
          .inventory()
          .eachReservation(prefix, after, row -> set(decided, row.orderId(), code(row.status())));
    }
    if (lists(ServiceName.NOTIFICATION)) {
      environment
          .notifications()
          .eachNotification(
              prefix, after, row -> set(notified, row.orderId(), row.isPending() ? 0 : 1));
    }
    addUnlisted();
    while (firstOpen < history.size() && isFinal(firstOpen)) {
      firstOpen++;
    }
  }

  private boolean lists(ServiceName service) {
    return environment.view(service).lists();
  }

  private void addUnlisted() {
    for (int order = firstOpen; order < history.size(); order++) {
      if (!lists(ServiceName.INVENTORY) && evidence.decided().test(order)) {
        set(decided, order, code(evidence.reserved().test(order) ? RESERVED : "failed"));
      }
      if (!lists(ServiceName.ORDER)) {
        known.set(order, decided.get(order));
      }
      if (!lists(ServiceName.NOTIFICATION)) {
        set(notified, order, evidence.notified().test(order) ? 1 : 0);
      }
    }
  }

  private static int code(String status) {
    return switch (status) {
      case RESERVED -> 1;
      case "failed" -> 2;
      default -> 3;
    };
  }

  private void set(OrderCounts values, String orderId, int value) {
    set(values, history.ids().numberOf(orderId), value);
  }

  private void set(OrderCounts values, int order, int value) {
    if (order >= 0 && values.get(order) != value) {
      values.set(order, value);
      changes++;
    }
  }

  private boolean isFinal(int order) {
    if (decided.get(order) == 0) {
      return history.timesAccepted(order) == 0 && known.get(order) == 0;
    }
    return known.get(order) == decided.get(order)
        && (decided.get(order) != code(RESERVED)
            || notified.get(order) > 0
            || evidence.excused().test(order));
  }

  /**
   * In a queue, in an outbox, or for a service that is not ready; true when unknown. Nobody starts
   * a service again that has ended by itself.
   */
  private boolean isWorkLeft() throws InterruptedException {
    if (environment.ended().isPresent()) {
      return false;
    }
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (String queue : Topology.QUEUES) {
        if (environment.isConsumed(queue) && browser.depth(queue).orElse(0) > 0) {
          return true;
        }
      }
    } catch (MessagingException e) {
      return true;
    }
    for (ServiceName service : ServiceName.values()) {
      try (ServiceProbe probe = environment.probe(service)) {
        double unknown = environment.view(service).reports() ? 1 : 0;
        if (!probe.readiness(TestEnvironment.ANSWER_LIMIT).ready()
            || probe.figures().metrics().getOrDefault(OUTBOX, unknown) > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
