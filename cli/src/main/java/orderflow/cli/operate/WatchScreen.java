package orderflow.cli.operate;

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
import java.util.function.ToDoubleFunction;
import orderflow.cli.operate.FlowSnapshot.Queue;
import orderflow.cli.operate.FlowSnapshot.Service;
import orderflow.cli.view.Sparkline;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/**
 * Formats the newest snapshot with rates and history. AMQP has no rates: the out rate is what the
 * consuming service handled, the in rate is that plus the change in depth. Not thread-safe.
 */
public final class WatchScreen {
  private static final String RECORDS = "orderflow_records/";
  private static final int HISTORY = 120;
  private static final int NAME = 22;
  private static final int SERVICE = 13;
  private static final List<String> TITLES = List.of("READY", "IN/S", "OUT/S", "CONSUMERS");
  private static final int[] BESIDE_NAME = {10, 8, 8, 9};
  private static final int[] BENEATH_NAME = {8, 5, 5, 9};
  private static final int LEGEND = 63;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Deque<FlowSnapshot> history = new ArrayDeque<>();
  private boolean deepestFirst;

  public void add(FlowSnapshot snapshot) {
    history.addLast(snapshot);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  /** Switches between the deepest queue first and the order of the flow. */
  public void toggleOrder() {
    deepestFirst = !deepestFirst;
  }

  /**
   * The lines in at most {@code width} columns, unless a name is wider. Where not all figures fit,
   * the most important are shown, below the name if necessary.
   */
  public List<String> lines(int width) {
    FlowSnapshot now = history.getLast();
    String time = TIME.format(now.at()) + " UTC";
    List<String> lines = new ArrayList<>(Text.wrap(Text.printable(now.broker()), width));
    String last = lines.removeLast();
    lines.addAll(Text.fill(List.of(last, time), "   ", width));
    lines.add("");
    addFigures(lines, "QUEUE", TITLES, "", width);
    List<Queue> queues = new ArrayList<>(now.queues());
    if (deepestFirst) {
      queues.sort(Comparator.comparingLong(Queue::ready).reversed());
    }
    for (Queue queue : queues) {
      addFigures(lines, queue.name(), figures(queue), sparks(queue, width), width);
    }
    lines.add("");
    lines.add(Text.padded("SERVICE", SERVICE) + " STATE");
    for (Service service : now.services()) {
      String head = Text.padded(service.name(), SERVICE) + " ";
      lines.addAll(
          service.isReadyWithMetrics()
              ? Text.fillBeside(head, facts(service), "  ", width)
              : Text.wrapBeside(head, Text.printable(service.state()), width));
    }
    return lines;
  }

  /** As many whole figures as fit. */
  private static void addFigures(
      List<String> lines, String name, List<String> figures, String sparks, int width) {
    boolean beside = width > NAME + BESIDE_NAME[0];
    int[] widths = beside ? BESIDE_NAME : BENEATH_NAME;
    var line = new StringBuilder();
    if (beside) {
      line.append(Text.padded(name, NAME)).append(' ');
    } else {
      lines.add(name);
    }
    for (int i = 0; i < figures.size(); i++) {
      String figure = (i == 0 ? "" : " ") + ("%" + widths[i] + "s").formatted(figures.get(i));
      if (i > 0 && line.length() + figure.length() > width) {
        break;
      }
      line.append(figure);
    }
    lines.add((sparks.isEmpty() ? line : line.append("  ").append(sparks)).toString());
  }

  private List<String> figures(Queue queue) {
    OptionalDouble out = queue.isForDeadLetters() ? OptionalDouble.empty() : handledRate(queue);
    OptionalDouble change = change(queue);
    OptionalDouble in =
        queue.isForDeadLetters()
            ? change
            : out.isPresent() && change.isPresent()
                ? OptionalDouble.of(Math.max(0, out.getAsDouble() + change.getAsDouble()))
                : OptionalDouble.empty();
    return List.of(
        queue.ready() < 0 ? "none" : Text.grouped(queue.ready()),
        rate(in),
        rate(out),
        queue.isForDeadLetters() && queue.consumers() == 0
            ? "" // normal; a consumer would hide the messages that it holds
            : Long.toString(queue.consumers()));
  }

  private String sparks(Queue queue, int width) {
    int bars = Math.max(0, width - LEGEND);
    return Sparkline.of(
        history.stream()
            .skip(Math.max(0, history.size() - bars))
            .mapToLong(snapshot -> ready(snapshot, queue.name()))
            .toArray(),
        bars);
  }

  private static long ready(FlowSnapshot snapshot, String name) {
    return snapshot.queues().stream()
        .filter(queue -> queue.name().equals(name))
        .mapToLong(Queue::ready)
        .findFirst()
        .orElse(-1);
  }

  private static String rate(OptionalDouble rate) {
    return rate.isEmpty() ? "-" : Text.grouped(Math.round(rate.getAsDouble()));
  }

  private @Nullable FlowSnapshot before() {
    return history.size() < 2 ? null : history.stream().skip(history.size() - 2L).findFirst().get();
  }

  private OptionalDouble change(Queue queue) {
    FlowSnapshot before = before();
    if (before == null) {
      return OptionalDouble.empty();
    }
    long then = ready(before, queue.name());
    return then < 0 || queue.ready() < 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((queue.ready() - then) / seconds(before));
  }

  private double seconds(FlowSnapshot before) {
    return Math.max(1e-3, (history.getLast().nanos() - before.nanos()) / 1e9);
  }

  private OptionalDouble handledRate(Queue queue) {
    return history.getLast().services().stream()
        .filter(service -> service.queue().equals(queue.name()) && !service.metrics().isEmpty())
        .map(service -> rate(service, Service::handled))
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  /** Growth of a counter per second; 0 after a restart of the service. */
  private OptionalDouble rate(Service service, ToDoubleFunction<Service> counter) {
    FlowSnapshot before = before();
    if (before == null) {
      return OptionalDouble.empty();
    }
    return before.services().stream()
        .filter(then -> then.name().equals(service.name()) && !then.metrics().isEmpty())
        .mapToDouble(then ->
            Math.max(0, counter.applyAsDouble(service) - counter.applyAsDouble(then))
                / seconds(before))
        .findFirst();
  }

  private List<String> facts(Service service) {
    Map<String, Double> metrics = service.metrics();
    List<String> facts = new ArrayList<>();
    facts.add("ready ");
    metrics.forEach((name, value) -> {
      if (isRecord(name) || (isCounter(name) && !isStored(metrics, name))) {
        facts.add(fact(Text.printable(name.substring(name.indexOf('/') + 1)), value));
        long growth =
            Math.round(rate(service, at -> at.metrics().getOrDefault(name, 0.0)).orElse(0));
        if (growth > 0) {
          facts.add("+" + Text.grouped(growth) + "/s");
        }
      }
    });
    facts.add(fact("outbox", metrics.getOrDefault("orderflow_outbox_entries", 0.0)));
    double age = metrics.getOrDefault("orderflow_outbox_age_seconds", 0.0);
    if (age >= 1) {
      facts.add(fact("oldest (s)", age));
    }
    if (metrics.containsKey("orderflow_notifications_unsent")) {
      facts.add(fact("unsent", metrics.get("orderflow_notifications_unsent")));
    }
    return facts;
  }

  private static boolean isCounter(String name) {
    return name.startsWith("orderflow_orders_total/")
        || name.startsWith("orderflow_messages_total/");
  }

  /** Whether the store has the same count, which does not restart at 0 as the counter does. */
  private static boolean isStored(Map<String, Double> metrics, String counter) {
    String result = counter.substring(counter.indexOf('/') + 1);
    return metrics.containsKey(RECORDS + result)
        || (result.equals("recorded") && metrics.keySet().stream().anyMatch(WatchScreen::isRecord));
  }

  private static boolean isRecord(String name) {
    return name.startsWith(RECORDS);
  }

  private static String fact(String name, double value) {
    return name + " " + Text.grouped(Math.round(value));
  }
}
