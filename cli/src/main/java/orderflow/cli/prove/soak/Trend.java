package orderflow.cli.prove.soak;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.check.Rule;
import orderflow.cli.prove.environment.ServiceResources;
import orderflow.cli.prove.environment.ServiceResources.Kind;
import orderflow.cli.view.Text;

/**
 * Whether the resources of the services, and the latency, grow from window to window. Growth is
 * measured within the life of a process, from the end of its first window on: until then it takes
 * the memory that it needs anyway. Pure; not thread-safe.
 */
public final class Trend {
  private static final double MEGABYTE = 1 << 20;

  /** What each process may grow by; a write-ahead log alone has up to 16 MB. */
  private static final Map<Kind, Bound> BOUNDS =
      Map.of(
          Kind.HEAP, new Bound(6 * MEGABYTE, 50),
          Kind.DATA, new Bound(24 * MEGABYTE, 1_000),
          Kind.DESCRIPTORS, new Bound(20, 0),
          Kind.THREADS, new Bound(20, 0));

  /** The load keeps up to 256 connections to the order service. */
  private static final Bound WITH_CLIENTS = new Bound(300, 0);

  /** How many times the earlier windows' latency the later windows' may be, and by how much. */
  private static final double LATENCY_FACTOR = 2;

  private static final double LATENCY_MILLIS = 50;

  private static final int LEAST_ENDS = 2;

  private final Map<Resource, List<Life>> lives = new LinkedHashMap<>();
  private final List<Double> latencies = new ArrayList<>();
  private long flows;

  private record Resource(String service, Kind kind) {}

  private record Bound(double once, double perOrder) {}

  /** A figure, and whether it is within its bound. */
  public record Line(Rule rule, String text, boolean isWithin) {}

  /**
   * Of one process, at the ends of windows.
   *
   * @param ends how many windows ended while it ran
   * @param orders between the first and the last of them
   */
  private record Life(long pid, int ends, long first, long last, long orders) {
    Life with(long amount, long more) {
      return new Life(pid, ends + 1, first, amount, orders + more);
    }

    boolean isLongEnough() {
      return ends >= LEAST_ENDS;
    }
  }

  /**
   * The end of a window.
   *
   * @param orders that were accepted in it
   * @param latencyMillis of its orders; negative when unknown
   */
  public void add(List<ServiceResources> resources, long orders, double latencyMillis) {
    for (ServiceResources service : resources) {
      service
          .amounts()
          .forEach((kind, amount) -> {
            // Files outlive their process.
            long pid = kind == Kind.DATA ? -flows : service.pid();
            add(new Resource(service.name(), kind), pid, amount, orders);
          });
    }
    if (latencyMillis >= 0) {
      latencies.add(latencyMillis);
    }
  }

  private void add(Resource resource, long pid, long amount, long orders) {
    List<Life> its = lives.computeIfAbsent(resource, _ -> new ArrayList<>());
    if (!its.isEmpty() && its.getLast().pid() == pid) {
      its.set(its.size() - 1, its.getLast().with(amount, orders));
    } else {
      its.add(new Life(pid, 1, amount, amount, 0));
    }
  }

  /** The flow was started anew: its files are not compared with those before. */
  public void restarted() {
    flows++;
  }

  /** What was measured, by service, resource and latency. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    lives.forEach((resource, its) -> {
      List<Life> known = its.stream().filter(Life::isLongEnough).toList();
      if (!known.isEmpty()) {
        lines.add(line(resource, known));
      }
    });
    if (latencies.size() >= LEAST_ENDS) {
      lines.add(latency());
    }
    return lines;
  }

  /** What could not be measured. */
  public List<String> missing(List<String> services) {
    List<String> missing = new ArrayList<>();
    for (String service : services) {
      for (Kind kind : Kind.values()) {
        if (lives.getOrDefault(new Resource(service, kind), List.of()).stream()
            .noneMatch(Life::isLongEnough)) {
          missing.add(
              "%s: %s was not read at the ends of two windows of one process"
                  .formatted(service, kind));
        }
      }
    }
    if (latencies.size() < LEAST_ENDS) {
      missing.add("latency was not measured in two windows");
    }
    return missing;
  }

  private static Line line(Resource resource, List<Life> its) {
    Kind kind = resource.kind();
    Bound bound =
        kind == Kind.DESCRIPTORS && resource.service().equals(ServiceName.ORDER.toString())
            ? WITH_CLIENTS
            : Objects.requireNonNull(BOUNDS.get(kind));
    double growth = its.stream().mapToDouble(life -> life.last() - life.first()).sum();
    long orders = its.stream().mapToLong(Life::orders).sum();
    double most = bound.once() * its.size() + bound.perOrder() * orders;
    boolean isWithin = growth <= most;
    return new Line(
        Rule.RESOURCES,
        "%s: %s %s%s, from %s to %s in %s orders%s; at most %s"
            .formatted(
                resource.service(),
                kind,
                growth < 0 ? "shrank by " : "grew by ",
                amount(kind, Math.abs(growth)),
                amount(kind, (double) its.getFirst().first()),
                amount(kind, (double) its.getLast().last()),
                Text.grouped(orders),
                its.size() == 1 ? "" : " of %d processes".formatted(its.size()),
                amount(kind, most)
                    + (bound.perOrder() == 0
                        ? ""
                        : " (%s and %.0f bytes an order)"
                            .formatted(amount(kind, bound.once() * its.size()), bound.perOrder()))),
        isWithin);
  }

  private static String amount(Kind kind, double amount) {
    return kind.isBytes()
        ? String.format(Locale.ROOT, "%.1f MB", amount / MEGABYTE)
        : String.format(Locale.ROOT, "%.0f", amount);
  }

  private Line latency() {
    int part = Math.max(1, latencies.size() / 3);
    double early = mean(latencies.subList(0, part));
    double late = mean(latencies.subList(latencies.size() - part, latencies.size()));
    double most = Math.max(early * LATENCY_FACTOR, early + LATENCY_MILLIS);
    return new Line(
        Rule.RESPONSE_TIME,
        String.format(
            Locale.ROOT,
            "latency: %.0f ms in the first windows, %.0f ms in the last; at most %.0f ms",
            early,
            late,
            most),
        late <= most);
  }

  private static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(number -> number).average().orElse(0);
  }
}
