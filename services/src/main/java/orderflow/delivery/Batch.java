package orderflow.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.delivery.MessageValidator.Validated;
import orderflow.event.Event;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Cuts the messages of one batch into units, each of which is to be one transaction: all together
 * at first, a message that is suspected of ending the process alone, and the messages of a unit
 * that failed for good alone too, until what remains is the message at fault. Decides only: starts
 * nothing and waits for nothing.
 */
final class Batch {
  private static final int MAX_FAILURES = 3;

  private final Deque<Unit> units = new ArrayDeque<>();
  private final Logger log;

  /**
   * What one transaction covers.
   *
   * @param rejection why its one message is not to be handled at all any more
   * @param crashes how many ends of the process are blamed on it; above 0 it is one message alone
   * @param failures how often it has failed for good
   */
  record Unit(
      List<Delivery> deliveries,
      Disposition.@Nullable Rejected rejection,
      int crashes,
      int failures) {

    /** Its messages, each with its event or why it is dead. */
    <E extends Event> List<Validated<E>> screen(Handler<E> handler) {
      List<Validated<E>> screened = new ArrayList<>(deliveries.size());
      for (Delivery delivery : deliveries) {
        screened.add(
            rejection == null
                ? MessageValidator.validate(delivery, handler)
                : new Validated<>(delivery, null, rejection));
      }
      return screened;
    }
  }

  /**
   * @param dead the delivery tags of those that have their dead letter and are only to be
   *     acknowledged
   * @param deaths by delivery tag, for how many ends of the process a redelivered message is to
   *     blame
   */
  Batch(List<Delivery> deliveries, Set<Long> dead, Map<Long, Integer> deaths, Logger log) {
    this.log = log;
    List<Delivery> together = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      int died = deaths.getOrDefault(delivery.tag(), 0);
      if (dead.contains(delivery.tag())) {
        continue;
      }
      if (died == 0) {
        together.add(delivery);
      } else if (died <= CrashSuspects.MAX_CRASHES) {
        units.add(new Unit(List.of(delivery), null, died, 0));
      } else {
        units.add(
            givenUp(
                delivery, "the process or its consumer ended %d times while handling it", died));
      }
    }
    if (!together.isEmpty()) {
      units.addFirst(new Unit(together, null, 0, 0));
    }
  }

  boolean isDone() {
    return units.isEmpty();
  }

  /** The unit to commit now. */
  Unit current() {
    return units.getFirst();
  }

  /** The current unit has committed. */
  void committed() {
    units.removeFirst();
  }

  /**
   * The current unit failed for good: others come in its place.
   *
   * @param dead whether it was one message that is rejected anyway
   * @throws RuntimeException {@code failure} itself, when not even a dead letter can be stored:
   *     that is the store's fault and no message's
   */
  void failed(RuntimeException failure, boolean dead) {
    Unit unit = units.removeFirst();
    int failures = unit.failures() + 1;
    if (unit.deliveries().size() > 1) {
      log.warn(
          "A batch of {} failed; trying its messages alone", unit.deliveries().size(), failure);
      unit.deliveries()
          .reversed()
          .forEach(each -> units.addFirst(new Unit(List.of(each), null, unit.crashes(), 0)));
    } else if (failures < MAX_FAILURES) {
      units.addFirst(new Unit(unit.deliveries(), unit.rejection(), unit.crashes(), failures));
    } else if (dead) {
      units.addFirst(unit);
      throw failure;
    } else {
      log.error("A message failed {} times alone", failures, failure);
      units.addFirst(
          givenUp(
              unit.deliveries().getFirst(),
              "processing failed %d times: " + failure.getClass().getSimpleName(),
              failures));
    }
  }

  private static Unit givenUp(Delivery delivery, String why, int times) {
    var rejected = new Disposition.Rejected(Reason.PROCESSING, why.formatted(times));
    return new Unit(List.of(delivery), rejected, 0, 0);
  }
}
