package orderflow.cli.prove.report;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.scenario.Timeline.Sample;

/**
 * How the backlog built up and drained. Pure. A number that the samples do not show is empty.
 *
 * @param peak the most messages that waited at a time; -1 when unknown
 * @param peakAt seconds since the start
 * @param slope messages a second, from the usual number to the peak
 * @param drainRate messages a second fewer, from the peak until none waited
 * @param timeToEmpty seconds from the peak until none waited
 * @param emptiedAtOnce whether that was within one sample, so that the time is an upper bound
 */
record Backlog(
    long peak,
    double peakAt,
    OptionalDouble slope,
    OptionalDouble drainRate,
    OptionalDouble timeToEmpty,
    boolean emptiedAtOnce) {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  static Backlog of(Timeline timeline) {
    List<Sample> samples = timeline.samples();
    int top = top(samples);
    if (top < 0) {
      return new Backlog(-1, 0, NONE, NONE, NONE, false);
    }
    Sample peak = samples.get(top);
    if (peak.waiting() <= timeline.usual()) {
      return new Backlog(peak.waiting(), peak.seconds(), NONE, NONE, NONE, false);
    }
    int empty =
        IntStream.range(top + 1, samples.size())
            .filter(i -> samples.get(i).waiting() == 0)
            .findFirst()
            .orElse(-1);
    double drain = empty < 0 ? 0 : between(peak, samples.get(empty));
    return new Backlog(
        peak.waiting(),
        peak.seconds(),
        slope(samples.subList(0, top), peak, timeline.usual()),
        empty < 0 ? NONE : OptionalDouble.of(peak.waiting() / drain),
        empty < 0 ? NONE : OptionalDouble.of(drain),
        empty == top + 1);
  }

  /** The index of the first sample with the most messages; -1 when all are unknown. */
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
        .mapToDouble(low -> (peak.waiting() - low.waiting()) / between(low, peak))
        .findFirst();
  }

  private static double between(Sample from, Sample until) {
    return Math.max(1e-3, until.seconds() - from.seconds());
  }
}
