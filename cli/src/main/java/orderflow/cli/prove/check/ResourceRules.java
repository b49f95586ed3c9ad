package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import orderflow.cli.prove.history.HistoryRecord.Resources;

/** Judges the resources of each service, where they were recorded. */
final class ResourceRules {
  private static final double MEGABYTE = 1024 * 1024;

  /** More than any prefetch of the services. */
  private static final double MOST_UNACKNOWLEDGED = 2_000;

  /** Growth from the first to the last quarter that a steady flow must not show, per minute. */
  private static final Map<String, Double> MOST_GROWTH =
      Map.of("heap_bytes", 8 * MEGABYTE, "wal_bytes", 16 * MEGABYTE);

  private static final Map<String, String> NAMES =
      Map.of("heap_bytes", "heap", "wal_bytes", "data folder (write-ahead log)");

  /** Shorter observations show warming up, not growth. */
  private static final long LEAST_MS = 60_000;

  private static final int LEAST_SAMPLES = 8;

  private final ObservedRun run;

  ResourceRules(ObservedRun run) {
    this.run = run;
  }

  void judge() {
    Map<String, List<Resources>> byService = new TreeMap<>();
    for (Resources each : run.resources) {
      byService.computeIfAbsent(each.service(), _ -> new ArrayList<>()).add(each);
    }
    byService.forEach((service, samples) -> {
      unacknowledged(service, samples);
      MOST_GROWTH.forEach((name, most) -> growth(service, name, samples, most));
    });
  }

  private void unacknowledged(String service, List<Resources> samples) {
    double most =
        samples.stream()
            .mapToDouble(each -> each.values().getOrDefault("unacknowledged", 0.0))
            .max()
            .orElse(0);
    if (most > MOST_UNACKNOWLEDGED) {
      run.findings.add(
          Rule.RESOURCES,
          String.format(
              Locale.ROOT,
              "the %s service had %,.0f unacknowledged messages (at most %,.0f)",
              service,
              most,
              MOST_UNACKNOWLEDGED));
    }
  }

  private void growth(String service, String name, List<Resources> all, double most) {
    List<Resources> samples = all.stream().filter(each -> each.values().containsKey(name)).toList();
    if (samples.size() < LEAST_SAMPLES) {
      return;
    }
    double minutes = (samples.getLast().t() - samples.getFirst().t()) / 6e4;
    if (minutes * 6e4 < LEAST_MS) {
      return;
    }
    int quarter = samples.size() / 4;
    double first = mean(samples.subList(0, quarter), name);
    double last = mean(samples.subList(samples.size() - quarter, samples.size()), name);
    double perMinute = (last - first) / (minutes * 0.75);
    if (perMinute > most) {
      run.findings.add(
          Rule.RESOURCES,
          String.format(
              Locale.ROOT,
              "the %s of the %s service grew from %.0f to %.0f MB in %.1f min (at most %.0f MB a"
                  + " minute)",
              NAMES.get(name),
              service,
              first / MEGABYTE,
              last / MEGABYTE,
              minutes,
              most / MEGABYTE));
    }
  }

  private static double mean(List<Resources> samples, String name) {
    return samples.stream()
        .mapToDouble(each -> each.values().getOrDefault(name, 0.0))
        .average()
        .orElse(0);
  }
}
