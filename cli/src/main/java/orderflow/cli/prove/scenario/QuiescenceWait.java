package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import orderflow.cli.io.CliException;
import orderflow.cli.prove.check.ClientHistory;
import orderflow.cli.prove.check.OrderCounts;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Waits until every accepted order is decided, the order service knows how, and every reservation
 * is notified. Orders settle about in the order of their numbers, so each look reads only from the
 * first that was not settled on. Not thread-safe.
 */
public final class QuiescenceWait {
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final TestEnvironment stage;
  private final ClientHistory ledger;
  private final IntPredicate notPromised;
  private final LongSupplier nanoTime;
  private final OrderCounts known = new OrderCounts();
  private final OrderCounts decided = new OrderCounts();
  private final OrderCounts told = new OrderCounts();
  private int firstOpen;
  private long changes;
  private @Nullable CliException silence;

  /** How it ended. */
  public enum Result {
    QUIESCENT,
    /** Nothing has changed for the whole limit. */
    STANDSTILL,
    /** Time was up, and orders went on settling. */
    TIMED_OUT
  }

  /** The same in {@code known} and {@code decided}, and neither is 0. */
  private static int code(String status) {
    return switch (status) {
      case "reserved" -> 1;
      case "failed" -> 2;
      default -> 3;
    };
  }

  /**
   * @param notPromised the orders whose notifications nobody waits for
   */
  public QuiescenceWait(
      TestEnvironment stage,
      ClientHistory ledger,
      IntPredicate notPromised,
      LongSupplier nanoTime) {
    this.stage = stage;
    this.ledger = ledger;
    this.notPromised = notPromised;
    this.nanoTime = nanoTime;
  }

  /** Whether the flow still works on something, as far as that can be seen. */
  @FunctionalInterface
  public interface Work {
    boolean isLeft() throws InterruptedException;
  }

  /**
   * Waits for it until nothing has changed for as long as {@code idle}, or for as long as {@code
   * quiet} when no work is left either; in all at most {@code longest}. A look costs the services
   * something, so they get as much rest.
   *
   * @throws CliException when a service gives no answer at the end
   */
  public Result await(Deadline idle, Deadline quiet, Work work, Duration longest)
      throws InterruptedException {
    long start = nanoTime.getAsLong();
    while (true) {
      long before = nanoTime.getAsLong();
      long seen = changes;
      if (hasSettled()) {
        return Result.QUIESCENT;
      }
      if (changes > seen) {
        idle.restart();
        quiet.restart();
      }
      long now = nanoTime.getAsLong();
      boolean isStill = idle.isOver() || (quiet.isOver() && silence == null && !work.isLeft());
      boolean isTooLong = now - start >= longest.toNanos();
      if ((isStill || isTooLong) && silence != null) {
        throw silence;
      }
      if (isStill || isTooLong) {
        return isStill ? Result.STANDSTILL : Result.TIMED_OUT;
      }
      Thread.sleep(Duration.ofNanos(Math.max(PAUSE_NANOS, now - before)));
    }
  }

  /** A service that gives no answer now may give one later. */
  private boolean hasSettled() throws InterruptedException {
    try {
      boolean settled = look();
      silence = null;
      return settled;
    } catch (CliException e) {
      silence = e;
      return false;
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

  private void set(OrderCounts values, String orderId, int value) {
    int order = ledger.ids().numberOf(orderId);
    if (order >= 0 && values.get(order) != value) {
      values.set(order, value);
      changes++;
    }
  }

  private boolean isSettled(int order) {
    if (decided.get(order) == 0) {
      return ledger.timesAccepted(order) == 0 && known.get(order) == 0;
    }
    return known.get(order) == decided.get(order)
        && (decided.get(order) != code("reserved")
            || told.get(order) > 0
            || notPromised.test(order));
  }
}
