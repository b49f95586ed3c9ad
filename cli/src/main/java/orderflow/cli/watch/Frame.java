package orderflow.cli.watch;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import orderflow.cli.view.Sparks;
import orderflow.cli.view.Text;
import orderflow.cli.watch.Snapshot.Queue;
import orderflow.cli.watch.Snapshot.Service;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of the last snapshots. Brokers do not tell rates over AMQP: how fast messages
 * go out is what the consuming service says it handled, and what comes in follows from that and
 * from how the depth changed. Not thread-safe.
 */
public final class Frame {
  private static final int HISTORY = 120;
  private static final int LEGEND = 62;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Deque<Snapshot> history = new ArrayDeque<>();
  private boolean deepestFirst;

  public void add(Snapshot snapshot) {
    history.addLast(snapshot);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  /** The deepest queue first, or as the flow goes. */
  public void toggleOrder() {
    deepestFirst = !deepestFirst;
  }

  /** At most {@code width} columns are used. */
  public List<String> lines(int width) {
    Snapshot now = history.getLast();
    List<String> lines = new ArrayList<>();
    lines.add(Text.printable(now.broker()) + "   " + TIME.format(now.at()) + " UTC");
    lines.add("");
    lines.add(
        "%-22s %10s %8s %8s %9s  %s".formatted("QUEUE", "READY", "IN/S", "OUT/S", "CONSUMERS", ""));
    List<Queue> queues = new ArrayList<>(now.queues());
    if (deepestFirst) {
      queues.sort(Comparator.comparingLong(Queue::ready).reversed());
    }
    queues.forEach(queue -> lines.add(line(queue, width)));
    lines.add("");
    lines.add("%-13s %s".formatted("SERVICE", "STATE"));
    for (Service service : now.services()) {
      lines.add(
          "%-13s %s"
              .formatted(
                  service.name(),
                  service.ready() ? "ready   " + facts(service) : Text.printable(service.state())));
    }
    return lines;
  }

  private String line(Queue queue, int width) {
    OptionalDouble out = queue.isForDeadLetters() ? OptionalDouble.empty() : handledRate(queue);
    OptionalDouble change = change(queue);
    OptionalDouble in =
        queue.isForDeadLetters()
            ? change
            : out.isPresent() && change.isPresent()
                ? OptionalDouble.of(Math.max(0, out.getAsDouble() + change.getAsDouble()))
                : OptionalDouble.empty();
    return "%-22s %10s %8s %8s %9s  %s"
        .formatted(
            queue.name(),
            queue.ready() < 0 ? "none" : Text.grouped(queue.ready()),
            rate(in),
            rate(out),
            queue.isForDeadLetters() ? "" : queue.consumers(),
            Sparks.of(
                history.stream()
                    .skip(Math.max(0, history.size() - Math.max(0, width - LEGEND)))
                    .mapToLong(snapshot -> ready(snapshot, queue.name()))
                    .toArray(),
                Math.max(0, width - LEGEND)));
  }

  private static long ready(Snapshot snapshot, String name) {
    return snapshot.queues().stream()
        .filter(queue -> queue.name().equals(name))
        .mapToLong(Queue::ready)
        .findFirst()
        .orElse(-1);
  }

  private static String rate(OptionalDouble rate) {
    return rate.isEmpty() ? "-" : Text.grouped(Math.round(rate.getAsDouble()));
  }

  private @Nullable Snapshot before() {
    return history.size() < 2 ? null : history.stream().skip(history.size() - 2L).findFirst().get();
  }

  private OptionalDouble change(Queue queue) {
    Snapshot before = before();
    if (before == null) {
      return OptionalDouble.empty();
    }
    long then = ready(before, queue.name());
    return then < 0 || queue.ready() < 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((queue.ready() - then) / seconds(before));
  }

  private double seconds(Snapshot before) {
    return Math.max(1e-3, (history.getLast().nanos() - before.nanos()) / 1e9);
  }

  private OptionalDouble handledRate(Queue queue) {
    return history.getLast().services().stream()
        .filter(service -> service.queue().equals(queue.name()) && !service.metrics().isEmpty())
        .map(service -> rate(service, service.handled()))
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** A service that was started again begins at 0. */
  private OptionalDouble rate(Service service, double handled) {
    Snapshot before = before();
    if (before == null) {
      return OptionalDouble.empty();
    }
    return before.services().stream()
        .filter(then -> then.name().equals(service.name()) && !then.metrics().isEmpty())
        .mapToDouble(then -> Math.max(0, handled - then.handled()) / seconds(before))
        .findFirst();
  }

  private static String facts(Service service) {
    Map<String, Double> metrics = service.metrics();
    var facts = new StringBuilder();
    metrics.forEach((name, value) -> {
      if (name.startsWith("orderflow_orders_total/")
          || name.startsWith("orderflow_messages_total/")) {
        fact(facts, name.substring(name.indexOf('/') + 1), value);
      }
    });
    fact(facts, "outbox", metrics.getOrDefault("orderflow_outbox_entries", 0.0));
    double age = metrics.getOrDefault("orderflow_outbox_age_seconds", 0.0);
    if (age >= 1) {
      fact(facts, "oldest (s)", age);
    }
    if (metrics.containsKey("orderflow_notifications_unsent")) {
      fact(facts, "unsent", metrics.get("orderflow_notifications_unsent"));
    }
    return facts.toString();
  }

  private static void fact(StringBuilder facts, String name, double value) {
    facts
        .append(facts.isEmpty() ? "" : "  ")
        .append(name)
        .append(' ')
        .append(Text.grouped(Math.round(value)));
  }
}
