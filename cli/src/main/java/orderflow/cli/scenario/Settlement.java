package orderflow.cli.scenario;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Waits until every accepted order is decided, the order service knows how, and every reservation
 * is notified. Orders settle about in the order of their numbers, so each look reads only from the
 * first that was not settled on. Not thread-safe.
 */
final class Settlement {
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final Stage stage;
  private final Ledger ledger;
  private final LongSupplier nanoTime;
  private final PerOrder known = new PerOrder();
  private final PerOrder decided = new PerOrder();
  private final PerOrder told = new PerOrder();
  private int firstOpen;

  /** The same in {@code known} and {@code decided}, and neither is 0. */
  private static int code(String status) {
    return switch (status) {
      case "reserved" -> 1;
      case "failed" -> 2;
      default -> 3;
    };
  }

  Settlement(Stage stage, Ledger ledger, LongSupplier nanoTime) {
    this.stage = stage;
    this.ledger = ledger;
    this.nanoTime = nanoTime;
  }

  /**
   * Waits for it, at most {@code limit}; answers whether it came. A look costs the services
   * something, so they get as much rest.
   */
  boolean await(Duration limit) throws InterruptedException {
    long start = nanoTime.getAsLong();
    while (true) {
      long before = nanoTime.getAsLong();
      boolean settled = look();
      long now = nanoTime.getAsLong();
      if (settled || now - start >= limit.toNanos()) {
        return settled;
      }
      Thread.sleep(Duration.ofNanos(Math.max(PAUSE_NANOS, now - before)));
    }
  }

  private boolean look() throws InterruptedException {
    String prefix = ledger.ids().prefix();
    String after = firstOpen == 0 ? "" : ledger.ids().id(firstOpen - 1L);
    stage.orders().eachOrder(prefix, after, row -> set(known, row.orderId(), code(row.status())));
    stage
        .inventory()
        .eachReservation(prefix, after, row -> set(decided, row.orderId(), code(row.status())));
    stage
        .notifications()
        .eachNotification(prefix, after, row -> set(told, row.orderId(), row.isPending() ? 0 : 1));
    while (firstOpen < ledger.size() && isSettled(firstOpen)) {
      firstOpen++;
    }
    return firstOpen >= ledger.size();
  }

  private void set(PerOrder values, String orderId, int value) {
    int order = ledger.ids().numberOf(orderId);
    if (order >= 0) {
      values.set(order, value);
    }
  }

  private boolean isSettled(int order) {
    if (decided.get(order) == 0) {
      return ledger.timesAccepted(order) == 0 && known.get(order) == 0;
    }
    return known.get(order) == decided.get(order)
        && (decided.get(order) != code("reserved") || told.get(order) > 0);
  }
}
