package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import orderflow.cli.prove.history.HistoryRecord;
import org.jspecify.annotations.Nullable;

/** The records of one scenario, sorted by what they are about. Not thread-safe. */
final class ObservedRun {
  /** Events of an order that is no order of the run; only such orders with its prefix count. */
  private final Map<String, OrderTrace> traces = new TreeMap<>();

  private final Map<Content, Content> contents = new LinkedHashMap<>();
  final List<FaultSpan> faults = new ArrayList<>();
  final List<HistoryRecord.Loss> losses = new ArrayList<>();
  final List<HistoryRecord.Effect> effects = new ArrayList<>();
  final List<HistoryRecord.Check> checks = new ArrayList<>();
  final List<HistoryRecord.Sample> samples = new ArrayList<>();
  final List<HistoryRecord.Published> published = new ArrayList<>();
  final List<HistoryRecord.DeadLetter> deadLetters = new ArrayList<>();
  final List<HistoryRecord.Resources> resources = new ArrayList<>();
  final List<String> unreadable = new ArrayList<>();
  final List<String> missing = new ArrayList<>();
  final List<String> notJudged = new ArrayList<>();
  final Findings findings = new Findings();
  long quantityReserved;
  long retriedNotifications;
  long sent;
  long until;
  long dropped;
  @Nullable Long stockAvailable;
  @Nullable Long stockReserved;
  HistoryRecord.@Nullable Load load;
  HistoryRecord.@Nullable End end;
  private HistoryRecord.@Nullable Start start;

  /**
   * When a fault was active.
   *
   * @param until {@link Long#MAX_VALUE} when it was not healed
   */
  record FaultSpan(HistoryRecord.Fault fault, long from, long until) {
    boolean overlaps(long start, long end) {
      return start <= until && end >= from;
    }
  }

  HistoryRecord.Start start() {
    return Objects.requireNonNull(start);
  }

  boolean hasStart() {
    return start != null;
  }

  void begin(HistoryRecord.Start first) {
    start = first;
  }

  void add(HistoryRecord.Fault change) {
    if (change.phase().equals("start")) {
      faults.add(new FaultSpan(change, change.t(), Long.MAX_VALUE));
      return;
    }
    for (int i = faults.size() - 1; i >= 0; i--) {
      FaultSpan open = faults.get(i);
      if (open.fault().fault().equals(change.fault()) && open.until() == Long.MAX_VALUE) {
        faults.set(i, new FaultSpan(open.fault(), open.from(), change.t()));
        return;
      }
    }
  }

  boolean isOfRun(@Nullable String orderId) {
    return orderId != null && start != null && orderId.startsWith(start.prefix());
  }

  /** Of an order of the run. */
  OrderTrace trace(String orderId) {
    return traces.computeIfAbsent(orderId, OrderTrace::new);
  }

  /** In order of the ids. */
  Collection<OrderTrace> traces() {
    return traces.values();
  }

  /** One object for equal contents. */
  Content shared(Content content) {
    return contents.computeIfAbsent(content, same -> same);
  }

  boolean sees(String table) {
    return start().visible().tables().contains(table);
  }

  /** Whether no message waits in the queues. */
  boolean isConsumed() {
    return end != null && end.waiting() == 0;
  }

  /** How many times slower than idle the machine was; at least 1. */
  double slowdown() {
    return end == null ? 1 : Math.max(1, end.slowdown());
  }

  /** The fault that was active at {@code t}, with a second for its effect; null for none. */
  @Nullable String faultAt(long t) {
    return faults.stream()
        .filter(span -> t >= 0 && span.overlaps(t, t + 1_000))
        .map(span -> span.fault().fault())
        .reduce((_, later) -> later)
        .orElse(null);
  }

  /** Whether nothing can be expected of the order service at some time from start to end. */
  boolean isIntakeStopped(long from, long to) {
    return faults.stream().anyMatch(span -> span.fault().stopsIntake() && span.overlaps(from, to));
  }

  /** Adds a finding about an order, with its last station and the fault active then. */
  void find(Rule rule, OrderTrace trace, String text) {
    findings.add(
        new Finding(rule, trace.id, trace.station(isConsumed()), faultAt(trace.lastSeen()), text));
  }
}
