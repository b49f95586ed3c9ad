package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import orderflow.cli.prove.check.ObservedRun.FaultSpan;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Request;
import orderflow.cli.prove.history.HistoryRecord.Sample;

/** Judges the flow under load: availability, response times, recovery, and whether faults hit. */
final class LoadRules {
  /**
   * The fastest tenth of the orders is answered in this time, in milliseconds on an idle machine: a
   * busy machine delays some orders, a pause delays all.
   */
  private static final double FASTEST_MS = 100;

  /** The same for the outcomes of the second half of the orders: the services start cold. */
  private static final double FASTEST_DECISION_MS = 200;

  private static final int FASTEST_SHARE = 10;

  /** Fewer figures say nothing. */
  private static final int LEAST = 50;

  /** A service may need a moment after a fault. */
  private static final long GRACE_MS = 1_000;

  private final ObservedRun run;
  private final List<Request> scheduled = new ArrayList<>();

  LoadRules(ObservedRun run) {
    this.run = run;
  }

  /** A request that places an order. */
  void accept(Request request) {
    if (request.due() != null) {
      // The bodies are judged elsewhere; without them a request takes little memory.
      scheduled.add(
          new Request(
              request.t(),
              request.service(),
              request.method(),
              request.path(),
              null,
              request.due(),
              request.sent(),
              request.status(),
              null,
              request.status() == Contract.ACCEPTED_CODE ? null : problem(request)));
    }
  }

  private static String problem(Request request) {
    if (request.status() == 0) {
      return String.valueOf(request.problem());
    }
    String answer = String.valueOf(request.answer());
    return "HTTP %d%s"
        .formatted(
            request.status(),
            answer.isEmpty() ? "" : " " + answer.substring(0, Math.min(200, answer.length())));
  }

  void judge() {
    HistoryRecord.Load load = run.load;
    if (load != null) {
      availability(load);
    }
    responseTimes();
    decisionTimes();
    recovery();
    effects();
  }

  private boolean isFree(Request request) {
    return !run.isIntakeStopped(request.sent() - GRACE_MS, request.t() + GRACE_MS);
  }

  private void availability(HistoryRecord.Load load) {
    double share = run.start().expect().acceptedShare();
    long accepted =
        scheduled.stream().filter(each -> each.status() == Contract.ACCEPTED_CODE).count();
    long stopped =
        run.faults.stream()
            .filter(span -> span.fault().stopsIntake())
            .mapToLong(span -> Math.min(load.t(), span.until()) - Math.min(load.t(), span.from()))
            .sum();
    long due = (long) (Math.max(0, load.t() - load.from() - stopped) / 1e3 * run.start().rate());
    if (accepted >= due * share && accepted > 0) {
      return;
    }
    List<Request> free = scheduled.stream().filter(this::isFree).toList();
    List<Request> refused =
        free.stream()
            .filter(each -> each.status() != Contract.ACCEPTED_CODE)
            .filter(each -> each.status() != 0 || !isTimeout(each))
            .toList();
    int freelyAccepted = free.size() - refused.size();
    if (!refused.isEmpty() && freelyAccepted < free.size() * share) {
      run.findings.add(
          Rule.AVAILABILITY,
          String.format(
              Locale.ROOT,
              "%,d of %,d orders were accepted while no fault stopped intake, fewer than %.0f %%;"
                  + " the first that was not: %s",
              freelyAccepted,
              free.size(),
              share * 100,
              refused.getFirst().problem()));
      return;
    }
    run.missing.add(
        String.format(
            Locale.ROOT,
            "only %,d of %,d orders that were due were accepted (%,d sent%s)",
            accepted,
            due,
            load.sent(),
            firstProblem()));
  }

  private static boolean isTimeout(Request request) {
    return String.valueOf(request.problem()).toLowerCase(Locale.ROOT).contains("timed out");
  }

  private String firstProblem() {
    return scheduled.stream()
        .filter(each -> each.status() != Contract.ACCEPTED_CODE)
        .findFirst()
        .map(each -> "; " + each.problem())
        .orElse("");
  }

  private void responseTimes() {
    long[] times =
        scheduled.stream()
            .filter(each -> each.status() == Contract.ACCEPTED_CODE && isFree(each))
            .mapToLong(each -> each.t() - dueOf(each))
            .sorted()
            .toArray();
    if (times.length < LEAST) {
      return;
    }
    double fastest = times[times.length / FASTEST_SHARE];
    double p99 = times[(int) Math.ceil(times.length * 0.99) - 1];
    double limit = run.start().expect().p99Ms() * run.slowdown();
    double fastestLimit = Math.min(limit, FASTEST_MS * run.slowdown());
    if (p99 > limit || fastest > fastestLimit) {
      run.findings.add(
          Rule.RESPONSE_TIME,
          String.format(
              Locale.ROOT,
              "orders were answered in p10 %.0f ms (at most %.0f), p99 %.0f ms (at most %.0f)",
              fastest,
              fastestLimit,
              p99,
              limit));
    }
  }

  private static long dueOf(Request request) {
    Long due = request.due();
    return due == null ? request.sent() : due;
  }

  private void decisionTimes() {
    if (!run.faults.isEmpty()) {
      return;
    }
    List<OrderTrace> decided =
        run.traces().stream()
            .filter(trace -> trace.acceptedAt() >= 0 && trace.outcome.t >= 0)
            .toList();
    long[] times =
        decided.stream()
            .skip(decided.size() / 2)
            .mapToLong(trace -> Math.max(0, trace.outcome.t - trace.acceptedAt()))
            .sorted()
            .toArray();
    double limit = FASTEST_DECISION_MS * run.slowdown();
    if (times.length >= LEAST && times[times.length / FASTEST_SHARE] > limit) {
      run.findings.add(
          Rule.DECISION_TIME,
          String.format(
              Locale.ROOT,
              "even the fastest tenth of the orders waited up to %d ms for their outcome (at most"
                  + " %.0f ms)",
              times[times.length / FASTEST_SHARE],
              limit));
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
    return run.samples.stream().mapToLong(LoadRules::waiting).max().orElse(0);
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
      if (!effect.felt()) {
        run.missing.add(effect.text());
      }
    }
    Map<String, Boolean> refused = new HashMap<>();
    for (FaultSpan span : run.faults) {
      if (span.fault().mustRefuse()) {
        refused.merge(span.fault().fault(), hasRefusal(span), Boolean::logicalOr);
      }
    }
    refused.forEach((fault, wasSeen) -> {
      if (!wasSeen) {
        run.missing.add(fault + ": no order was refused");
      }
    });
  }

  private boolean hasRefusal(FaultSpan span) {
    return scheduled.stream()
        .filter(each -> span.overlaps(each.sent(), each.t()))
        .anyMatch(each -> each.status() != Contract.ACCEPTED_CODE);
  }
}
