package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import orderflow.cli.prove.check.OrderTrace.Attempt;
import org.jspecify.annotations.Nullable;

/** Judges every order by what all stations show about it. */
final class OrderRules {
  private final ObservedRun run;
  private final MessageRules messages;
  private final List<String> lost = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();
  final List<String> excused = new ArrayList<>();
  private long accepted;
  private long reserved;
  private long failed;
  private long notified;
  private long deadLettered;
  private long excusedAndCounted;
  private long inDoubt;
  private long decidedInDoubt;

  OrderRules(ObservedRun run, MessageRules messages) {
    this.run = run;
    this.messages = messages;
  }

  void judge() {
    for (OrderTrace trace : run.traces()) {
      decideWhatIsWanted(trace);
      count(trace);
      answers(trace);
      check(trace);
    }
  }

  Totals totals() {
    return new Totals(accepted, reserved, failed, deadLettered, notified, lost, doubled);
  }

  long inDoubt() {
    return inDoubt;
  }

  long decidedInDoubt() {
    return decidedInDoubt;
  }

  /** The payload that was accepted; without one, the stored or else the first one. */
  private static void decideWhatIsWanted(OrderTrace trace) {
    if (trace.wanted == null && !trace.attempts.isEmpty()) {
      Content stored = trace.orderContent;
      trace.wanted =
          trace.attempts.stream()
              .filter(Attempt::isAccepted)
              .findFirst()
              .or(() ->
                  trace.attempts.stream().filter(each -> each.content().equals(stored)).findFirst())
              .orElse(trace.attempts.getFirst())
              .content();
    }
  }

  /** Counts rows, so that a duplicate row shows. Leaves orders in doubt out of the totals. */
  private void count(OrderTrace trace) {
    accepted += trace.isAccepted() ? 1 : 0;
    deadLettered += trace.deadLetters.size();
    if (trace.isInDoubt()) {
      inDoubt += trace.isPublished ? 0 : 1;
      decidedInDoubt += !trace.isPublished && isDecided(trace) ? 1 : 0;
      return;
    }
    if (run.sees("reservations")) {
      reserved += trace.reservedRows;
      failed += trace.failedRows;
    } else {
      reserved += Contract.RESERVED.equals(trace.outcome.status) ? 1 : 0;
      failed += Contract.FAILED.equals(trace.outcome.status) ? 1 : 0;
    }
    notified += run.sees("notifications") ? trace.sentNotifications : Math.min(1, trace.receipts);
  }

  private boolean seesNotifications() {
    return run.sees("notifications") || run.sees("notification_log");
  }

  private boolean isDecided(OrderTrace trace) {
    return run.sees("reservations") ? trace.decisions() > 0 : trace.outcome.count > 0;
  }

  private boolean isReserved(OrderTrace trace) {
    return run.sees("reservations")
        ? trace.reservedRows > 0
        : Contract.RESERVED.equals(trace.outcome.status);
  }

  private void answers(OrderTrace trace) {
    for (Attempt attempt : trace.attempts) {
      boolean isSame = attempt.content().equals(trace.wanted);
      if (attempt.isAccepted() && !isSame) {
        run.find(Rule.RETRY, trace, "another payload was answered with 202 instead of 409");
      } else if (attempt.status() == Contract.CONFLICT_CODE && isSame) {
        run.find(Rule.RETRY, trace, "the same payload was answered with 409 instead of 202");
      }
    }
  }

  private void check(OrderTrace trace) {
    if (!trace.isAccepted() && !isObserved(trace)) {
      return;
    }
    twoEffects(trace);
    boolean isDead = trace.deadLetters(Contract.ORDERS_QUEUE) > 0;
    if (!trace.isAccepted() && !trace.isInDoubt()) {
      run.find(
          Rule.PHANTOM,
          trace,
          trace.attempts.isEmpty()
              ? "has an effect, though it was never placed"
              : "has an effect, though it was refused with " + trace.attempts.getLast().status());
      return;
    }
    contents(trace);
    if (isDecided(trace)) {
      if (isDead) {
        run.find(Rule.DEAD_LETTER_UNEXPECTED, trace, status(trace) + ", and dead-lettered too");
      }
      checkDecided(trace);
    } else if (trace.sentNotifications > 0) {
      run.find(Rule.PHANTOM, trace, "notified, though inventory has no decision");
    } else if ((trace.isAccepted() || trace.orderRows > 0 || trace.isPublished) && !isDead) {
      lost(trace, "no decision");
    }
  }

  private static boolean isObserved(OrderTrace trace) {
    return trace.decisions() > 0
        || trace.orderRows > 0
        || trace.notificationRows > 0
        || trace.placed.count > 0
        || trace.outcome.count > 0
        || !trace.deadLetters.isEmpty();
  }

  private void lost(OrderTrace trace, String text) {
    if (lost.isEmpty() || !lost.getLast().equals(trace.id)) {
      lost.add(trace.id);
    }
    run.find(Rule.LOST, trace, text);
  }

  private void twoEffects(OrderTrace trace) {
    List<String> effects = new ArrayList<>();
    addIfSeveral(effects, trace.orderRows, "rows in the order service");
    addIfSeveral(effects, trace.decisions(), "decisions");
    addIfSeveral(effects, trace.decisionLines, "decisions in inventory's log");
    addIfSeveral(effects, trace.notificationRows, "notifications");
    addIfSeveral(effects, trace.placed.others + 1, "different order events");
    addIfSeveral(effects, trace.outcome.others + 1, "different outcome events");
    if (trace.attempts.stream().filter(Attempt::isAccepted).map(Attempt::content).distinct().count()
        > 1) {
      effects.add("accepted with different payloads");
    }
    if (!effects.isEmpty()) {
      doubled.add(trace.id);
      run.find(Rule.DOUBLE_EFFECT, trace, String.join(", ", effects));
    }
    if (trace.reservedRows > 0 && trace.failedRows > 0) {
      run.find(Rule.OUTCOME_CONFLICT, trace, "inventory has it as reserved and as failed");
    }
  }

  private static void addIfSeveral(List<String> effects, int count, String what) {
    if (count > 1) {
      effects.add(count + " " + what);
    }
  }

  private void contents(OrderTrace trace) {
    compare(trace, "order service", trace.orderContent, List.of());
    compare(trace, "order event", trace.placed.content, List.of());
    compare(trace, "reservation", trace.reservation, List.of());
    compare(trace, "outcome event", trace.outcome.content, messages.optionalInOutcome());
    String user = trace.notifiedUser;
    Content wanted = trace.wanted;
    if (user != null && wanted != null && wanted.user() != null && !user.equals(wanted.user())) {
      run.find(
          Rule.CONTENT,
          trace,
          "its notification has user_id %s instead of %s".formatted(user, wanted.user()));
    }
  }

  private void compare(
      OrderTrace trace, String station, @Nullable Content found, List<String> optional) {
    Content wanted = trace.wanted;
    if (found == null || wanted == null || found.equals(wanted)) {
      return;
    }
    List<String> differences = wanted.differences(found, optional);
    if (!differences.isEmpty()) {
      run.find(
          Rule.CONTENT, trace, "its %s %s".formatted(station, String.join(" and ", differences)));
    }
  }

  private static String status(OrderTrace trace) {
    return trace.reservedRows > 0
        ? Contract.RESERVED
        : trace.failedRows > 0
            ? Contract.FAILED
            : Objects.requireNonNullElse(trace.outcome.status, "decided");
  }

  private void checkDecided(OrderTrace trace) {
    boolean isReserved = isReserved(trace);
    boolean isNotified =
        run.sees("notifications") ? trace.sentNotifications > 0 : trace.receipts > 0;
    if (!isReserved && isNotified) {
      run.find(Rule.STATUS, trace, "notified, though it is " + status(trace));
    }
    if (seesNotifications()
        && isReserved
        && !isNotified
        && trace.deadLetters(Contract.RESERVED_QUEUE) == 0) {
      notNotified(trace);
    }
    if (run.sees("orders") && !trace.isPublished) {
      orderStatus(trace, isReserved);
    }
    events(trace);
  }

  private void notNotified(OrderTrace trace) {
    long at = trace.outcome.t;
    boolean isExcused =
        at >= 0 && run.losses.stream().anyMatch(loss -> at >= loss.from() && at <= loss.until());
    if (isExcused) {
      excused.add(trace.id);
      excusedAndCounted += trace.isInDoubt() ? 0 : 1;
    } else {
      lost(trace, trace.notificationRows > 0 ? "its notification was not sent" : "no notification");
    }
  }

  private void orderStatus(OrderTrace trace, boolean isReserved) {
    String known = trace.orderStatus;
    if (known == null) {
      lost(trace, status(trace) + ", and the order service does not know it");
    } else if (!known.equals(isReserved ? Contract.RESERVED : Contract.FAILED)
        && trace.deadLetters(Contract.OUTCOME_QUEUE) == 0) {
      run.find(
          Rule.STATUS,
          trace,
          "%s, though the order service says %s".formatted(status(trace), known));
    }
  }

  private void events(OrderTrace trace) {
    if (trace.placed.count == 0) {
      run.find(Rule.EVENT_MISSING, trace, status(trace) + ", though no order event was published");
    }
    if (trace.outcome.count == 0) {
      run.find(
          Rule.EVENT_MISSING, trace, status(trace) + ", though no outcome event was published");
    } else if (trace.decisions() > 0 && !status(trace).equals(trace.outcome.status)) {
      run.find(
          Rule.STATUS,
          trace,
          "%s, though its outcome event says %s".formatted(status(trace), trace.outcome.status));
    }
  }

  /** Whether the totals add up. */
  boolean addsUp() {
    return accepted == reserved + failed
        && (!seesNotifications() || notified + excusedAndCounted == reserved)
        && deadLettered == 0;
  }
}
