package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import orderflow.cli.prove.check.ObservedRun.FaultSpan;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryRecord.Request;

/** Judges the flow under load: availability, response times and times of decisions. */
final class LoadRules {
  /**
   * The fastest tenth of the orders is answered in this time, in milliseconds on an idle machine: a
   * busy machine delays some orders, a pause delays all.
   */
  private static final double FASTEST_MS = 100;

  /** The same for the outcomes of the second half of the orders: the services start cold. */
  private static final double FASTEST_DECISION_MS = 200;

  private static final int FASTEST_SHARE = 10;

  /** The largest slowdown that is measured. */
  private static final double SATURATED = 6;

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
    if (isSaturated("response times", fastest, FASTEST_MS)) {
      return;
    }
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

  /**
   * Whether the machine was so busy that long times mean nothing; notes it.
   *
   * @param usual the limit on an idle machine; a time below it is right on any machine
   */
  private boolean isSaturated(String what, double fastest, double usual) {
    if (run.slowdown() < SATURATED) {
      return false;
    }
    if (fastest <= usual) {
      return true;
    }
    run.notJudged.add(
        String.format(
            Locale.ROOT,
            "not judged: %s (p10 %.0f ms): the machine was saturated, %.0f times slower than idle"
                + " or more",
            what,
            fastest,
            run.slowdown()));
    return true;
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
    if (times.length < LEAST) {
      return;
    }
    double fastest = times[times.length / FASTEST_SHARE];
    if (!isSaturated("times of decisions", fastest, FASTEST_DECISION_MS) && fastest > limit) {
      run.findings.add(
          Rule.DECISION_TIME,
          String.format(
              Locale.ROOT,
              "even the fastest tenth of the orders waited up to %.0f ms for their outcome (at most"
                  + " %.0f ms)",
              fastest,
              limit));
    }
  }

  /** Whether an order was not accepted while a fault lasted. */
  boolean hasRefusal(FaultSpan span) {
    return scheduled.stream()
        .filter(each -> span.overlaps(each.sent(), each.t()))
        .anyMatch(each -> each.status() != Contract.ACCEPTED_CODE);
  }
}
