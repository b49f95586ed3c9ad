package orderflow.cli.prove.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Sample;
import org.jspecify.annotations.Nullable;

/**
 * The series of a scenario's charts, thinned out to a bounded number of points: a point is the
 * maximum of its interval, or the mean for a rate. Pure.
 */
final class ChartSeries {
  /** More than a screen has columns for. */
  static final int MAX_POINTS = 1_000;

  /** Rates over shorter intervals are noisy. */
  private static final double RATE_SECONDS = 1;

  private final List<Sample> samples;
  private final int points;

  private ChartSeries(List<Sample> samples) {
    this.samples = samples;
    this.points = Math.min(MAX_POINTS, samples.size());
  }

  /** For the script: {@code t} in seconds, and the series by name. */
  static Map<String, Object> of(Timeline timeline) {
    var series = new ChartSeries(timeline.samples());
    double[] age = ages(timeline.samples());
    Map<String, Object> lines = new LinkedHashMap<>();
    lines.put("t", series.times());
    lines.put("order_placed", series.maxima(sample -> sample.orderPlaced()));
    lines.put("inventory_reserved", series.maxima(sample -> sample.inventoryReserved()));
    lines.put("order_outcome", series.maxima(sample -> sample.orderOutcome()));
    lines.put("dead", series.maxima(sample -> sample.deadLetters()));
    lines.put("accepted", series.rates(sample -> sample.accepted()));
    lines.put("decided", series.rates(sample -> sample.decided()));
    lines.put("p50", series.maxima(sample -> sample.recent().median()));
    lines.put("p99", series.maxima(sample -> sample.recent().p99()));
    lines.put("age", series.folded(age, true));
    return lines;
  }

  private List<@Nullable Double> times() {
    List<@Nullable Double> times = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      times.add(rounded(samples.get(from(point)).seconds()));
    }
    return times;
  }

  private List<@Nullable Double> maxima(ToDoubleFunction<Sample> figure) {
    return folded(samples.stream().mapToDouble(figure).toArray(), true);
  }

  private List<@Nullable Double> rates(ToDoubleFunction<Sample> counter) {
    double[] rates = new double[samples.size()];
    int before = 0;
    for (int i = 0; i < rates.length; i++) {
      double now = samples.get(i).seconds();
      while (before + 1 < i && now - samples.get(before + 1).seconds() >= RATE_SECONDS) {
        before++;
      }
      double took = now - samples.get(before).seconds();
      double more =
          counter.applyAsDouble(samples.get(i)) - counter.applyAsDouble(samples.get(before));
      rates[i] = took <= 0 ? 0 : Math.max(0, more / took);
    }
    return folded(rates, false);
  }

  /** A value below 0 is unknown: a gap in the line. */
  private List<@Nullable Double> folded(double[] figures, boolean most) {
    List<@Nullable Double> folded = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      var known =
          Arrays.stream(figures, from(point), from(point + 1)).filter(figure -> figure >= 0);
      var figure = most ? known.max() : known.average();
      folded.add(figure.isPresent() ? rounded(figure.getAsDouble()) : null);
    }
    return folded;
  }

  private int from(int point) {
    return (int) ((long) point * samples.size() / points);
  }

  private static double rounded(double figure) {
    return Math.round(figure * 100) / 100.0;
  }

  /**
   * The waiting time of the oldest undecided order at each sample, in seconds. An estimate, as if
   * orders were decided in the order in which they were accepted.
   */
  static double[] ages(List<Sample> samples) {
    double[] ages = new double[samples.size()];
    int since = 0;
    for (int i = 0; i < ages.length; i++) {
      Sample now = samples.get(i);
      while (since < i && samples.get(since).accepted() <= now.decided()) {
        since++;
      }
      ages[i] = now.accepted() <= now.decided() ? 0 : now.seconds() - samples.get(since).seconds();
    }
    return ages;
  }
}
