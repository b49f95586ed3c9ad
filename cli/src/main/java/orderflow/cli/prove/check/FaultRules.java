package orderflow.cli.prove.check;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import orderflow.cli.prove.check.ObservedRun.FaultSpan;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Sample;

/**
 * Judges what faults did: whether they hit, what was held meanwhile, and how the flow recovered.
 */
final class FaultRules {
  private static final String INVENTORY_PAUSED = "inventory paused";

  /** More than the prefetch of a consumer, and what may wait in an outbox. */
  private static final long MOST_UNACKNOWLEDGED = 1_800;

  /** A service may need a moment after a fault. */
  private static final long GRACE_MS = 1_000;

  /** Fewer orders say nothing. */
  private static final int LEAST = 50;

  private final ObservedRun run;
  private final LoadRules load;

  FaultRules(ObservedRun run, LoadRules load) {
    this.run = run;
    this.load = load;
  }

  void judge() {
    recovery();
    effects();
    unacknowledged();
  }

  /**
   * While inventory is paused, what is neither decided nor ready in its queue is unacknowledged,
   * but for what the order service has not published yet. With another fault at the same time, it
   * may publish nothing; after a stop, inventory may have decided what it has not published.
   */
  private void unacknowledged() {
    for (FaultSpan span : run.faults) {
      boolean isAlone =
          run.faults.stream()
              .allMatch(each -> each.equals(span) || !each.overlaps(span.from(), span.until()));
      if (!isAlone || !span.fault().fault().equals(INVENTORY_PAUSED)) {
        continue;
      }
      long least =
          run.samples.stream()
              .filter(each -> each.t() >= span.from() + 10 * GRACE_MS && each.t() <= span.until())
              .filter(each -> each.ready().getOrDefault(Contract.ORDERS_QUEUE, -1L) >= 0)
              .mapToLong(each ->
                  each.accepted()
                      - each.decided()
                      - each.ready().getOrDefault(Contract.ORDERS_QUEUE, 0L))
              .max()
              .orElse(0);
      if (least > MOST_UNACKNOWLEDGED) {
        run.findings.add(
            Rule.RESOURCES,
            String.format(
                Locale.ROOT,
                "%,d messages were unacknowledged during '%s' (at most %,d)",
                least,
                span.fault().fault(),
                MOST_UNACKNOWLEDGED));
      }
    }
  }

  private static long waiting(Sample sample) {
    long sum = 0;
    for (String queue : Contract.QUEUES) {
      long ready = sample.ready().getOrDefault(queue, -1L);
      if (ready < 0) {
        return -1;
      }
      sum += ready;
    }
    return sum;
  }

  /** The usual number of waiting messages: half a second of orders. */
  private long usual() {
    if (run.samples.isEmpty()) {
      return 0;
    }
    Sample last = run.samples.getLast();
    return Math.max(10, (long) (last.accepted() / Math.max(1, last.t() / 1e3) / 2));
  }

  private void recovery() {
    long healed = run.faults.stream().mapToLong(FaultSpan::until).max().orElse(-1);
    HistoryRecord.End end = run.end;
    if (healed < 0 || healed == Long.MAX_VALUE || end == null) {
      return;
    }
    double limit = run.start().expect().recoveryMs() * run.slowdown();
    long usual = usual();
    List<Sample> known =
        run.samples.stream()
            .filter(sample -> sample.t() >= healed && waiting(sample) >= 0)
            .toList();
    long recovered =
        known.stream()
            .filter(sample -> waiting(sample) <= usual)
            .mapToLong(sample -> sample.t() - healed)
            .findFirst()
            .orElse(known.isEmpty() ? 0 : known.getLast().t() - healed);
    if (recovered > limit) {
      run.findings.add(
          Rule.RECOVERY,
          String.format(
              Locale.ROOT,
              "messages waited for %.1f s after the last fault (at most %.0f s)",
              recovered / 1e3,
              limit / 1e3));
    }
    for (Entry<String, String> service : end.unready().entrySet()) {
      if (end.t() - healed > limit) {
        run.findings.add(
            Rule.RECOVERY,
            "the %s service %s, %d s after the last fault"
                .formatted(service.getKey(), service.getValue(), (end.t() - healed) / 1_000));
      }
    }
  }

  /** The longest that messages waited. */
  long peak() {
    return run.samples.stream().mapToLong(FaultRules::waiting).max().orElse(0);
  }

  private void effects() {
    long least = run.start().expect().backlog();
    if (peak() < least) {
      run.missing.add(
          String.format(
              Locale.ROOT,
              "the backlog grew to %,d messages, not to %,d",
              Math.max(0, peak()),
              least));
    }
    for (HistoryRecord.Effect effect : run.effects) {
      if (!effect.felt() && isFeltByAll(effect)) {
        run.findings.add(Rule.READINESS, effect.text() + ", though no order was decided meanwhile");
      } else if (!effect.felt()) {
        run.missing.add(effect.text());
      }
    }
    Map<String, Boolean> refused = new HashMap<>();
    for (FaultSpan span : run.faults) {
      if (span.fault().mustRefuse()) {
        refused.merge(span.fault().fault(), load.hasRefusal(span), Boolean::logicalOr);
      }
    }
    refused.forEach((fault, wasSeen) -> {
      if (!wasSeen) {
        run.missing.add(fault + ": no order was refused");
      }
    });
  }

  /** Whether no order was decided while the fault, of the broker or the network, lasted. */
  private boolean isFeltByAll(HistoryRecord.Effect effect) {
    return run.faults.stream()
        .filter(span -> span.fault().fault().equals(effect.fault()))
        .filter(span -> span.fault().target() == null && span.until() < Long.MAX_VALUE)
        .anyMatch(span -> {
          List<Sample> during =
              run.samples.stream()
                  .filter(each -> each.t() >= span.from() + GRACE_MS && each.t() <= span.until())
                  .toList();
          return during.size() >= 4
              && during.getLast().decided() == during.getFirst().decided()
              && during.getLast().accepted() >= during.getFirst().accepted() + LEAST;
        });
  }
}
