package orderflow.cli.prove.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Sample;

/**
 * How the messages that waited in the queues came to their peak, and how they went. Pure. A figure
 * that the samples do not show is empty.
 *
 * @param peak the most messages that waited at a time; -1 when nobody could tell
 * @param peakAt when, in seconds since the start
 * @param slope messages a second, from when no more than usual waited to the peak
 * @param drainRate messages a second fewer, from the peak until none waited
 * @param timeToEmpty seconds from the peak until none waited
 * @param emptiedAtOnce whether that was between one sample and the next, so that it took at most so
 *     long
 */
record Backlog(
    long peak,
    double peakAt,
    OptionalDouble slope,
    OptionalDouble drainRate,
    OptionalDouble timeToEmpty,
    boolean emptiedAtOnce) {

  static Backlog of(Timeline timeline) {
    List<Sample> samples = timeline.samples();
    int top = top(samples);
    if (top < 0) {
      return nothing();
    }
    Sample peak = samples.get(top);
    int empty =
        IntStream.range(top + 1, samples.size())
            .filter(i -> samples.get(i).waiting() == 0)
            .findFirst()
            .orElse(-1);
    if (peak.waiting() <= timeline.usual()) {
      return new Backlog(
          peak.waiting(),
          peak.seconds(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          false);
    }
    return new Backlog(
        peak.waiting(),
        peak.seconds(),
        slope(samples.subList(0, top), peak, timeline.usual()),
        empty < 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(peak.waiting() / since(peak, samples.get(empty))),
        empty < 0 ? OptionalDouble.empty() : OptionalDouble.of(since(peak, samples.get(empty))),
        empty == top + 1);
  }

  private static Backlog nothing() {
    return new Backlog(
        -1, 0, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), false);
  }

  /** The index of the first sample that shows the most; -1 when none shows anything. */
  private static int top(List<Sample> samples) {
    int top = -1;
    long most = -1;
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i).waiting() > most) {
        most = samples.get(i).waiting();
        top = i;
      }
    }
    return top;
  }

  private static OptionalDouble slope(List<Sample> before, Sample peak, long usual) {
    return before.reversed().stream()
        .filter(sample -> sample.waiting() >= 0 && sample.waiting() <= usual)
        .limit(1)
        .mapToDouble(low -> (peak.waiting() - low.waiting()) / since(low, peak))
        .findFirst();
  }

  private static double since(Sample from, Sample until) {
    return Math.max(1e-3, until.seconds() - from.seconds());
  }
}
