package orderflow.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import orderflow.delivery.MessageValidator.Validated;
import orderflow.event.Event;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Delivery;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Splits a batch of messages into units of one transaction each: all messages together at first; a
 * message that may have crashed the process alone; and after a permanent failure each message of
 * the unit alone, so that only the faulty one is given up. Decides only.
 */
final class Batch {
  private static final int MAX_FAILURES = 3;

  private final Deque<Unit> units = new ArrayDeque<>();
  private final Logger log;

  /**
   * The messages of one transaction.
   *
   * @param rejection why its only message is given up; null while it may be handled
   * @param crashes how many crashes its only message is suspected of; 0 for any other unit
   * @param failures how often it has failed permanently
   */
  record Unit(
      List<Delivery> deliveries,
      Disposition.@Nullable Rejected rejection,
      int crashes,
      int failures) {

    <E extends Event> List<Validated<E>> validate(Handler<E> handler) {
      return deliveries.stream()
          .map(delivery ->
              rejection == null
                  ? MessageValidator.validate(delivery, handler)
                  : new Validated<E>(delivery, null, rejection))
          .toList();
    }
  }

  /**
   * @param crashes by delivery tag, see {@link CrashSuspects#record}
   */
  Batch(List<Delivery> deliveries, Map<Long, Integer> crashes, Logger log) {
    this.log = log;
    List<Delivery> together = new ArrayList<>(deliveries.size());
    for (Delivery delivery : deliveries) {
      int count = crashes.getOrDefault(delivery.tag(), 0);
      if (count == 0) {
        together.add(delivery);
      } else if (count <= CrashSuspects.MAX_CRASHES) {
        units.add(new Unit(List.of(delivery), null, count, 0));
      } else {
        units.add(
            givenUp(
                delivery,
                count == CrashSuspects.GIVEN_UP
                    ? "it was given up before and delivered again"
                    : "the process or its consumer ended " + count + " times while handling it"));
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
   * The current unit failed permanently and is replaced by others.
   *
   * @param rejected whether it only consists of dead letters
   * @throws RuntimeException {@code failure}, when even a dead letter cannot be stored: that is the
   *     store's fault, not the message's
   */
  void failed(RuntimeException failure, boolean rejected) {
    Unit unit = units.removeFirst();
    int failures = unit.failures() + 1;
    if (unit.deliveries().size() > 1) {
      log.warn(
          "A batch of {} messages failed; handling each alone", unit.deliveries().size(), failure);
      unit.deliveries()
          .reversed()
          .forEach(each -> units.addFirst(new Unit(List.of(each), null, unit.crashes(), 0)));
    } else if (failures < MAX_FAILURES) {
      units.addFirst(new Unit(unit.deliveries(), unit.rejection(), unit.crashes(), failures));
    } else if (rejected) {
      units.addFirst(unit);
      throw failure;
    } else {
      log.error("A message failed {} times alone", failures, failure);
      units.addFirst(
          givenUp(
              unit.deliveries().getFirst(),
              "processing failed %d times: %s"
                  .formatted(failures, failure.getClass().getSimpleName())));
    }
  }

  private static Unit givenUp(Delivery delivery, String detail) {
    return new Unit(List.of(delivery), new Disposition.Rejected(Reason.PROCESSING, detail), 0, 0);
  }
}
