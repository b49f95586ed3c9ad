package orderflow.cli.prove.check;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Times lie within the run: a record is written after the times that it contains. */
final class TimeRule {
  /** Clocks of one machine differ less; a time without milliseconds is earlier. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  private final ObservedRun run;
  private final List<Outside> outside = new ArrayList<>();

  private record Outside(@Nullable OrderTrace trace, String what, String time) {}

  TimeRule(ObservedRun run) {
    this.run = run;
  }

  /**
   * @param trace null for what belongs to no order
   * @param what the time is, human-readable
   */
  void require(@Nullable OrderTrace trace, String what, String time) {
    Instant start = Instant.parse(run.start().started());
    Instant found;
    try {
      found = Instant.parse(time);
    } catch (DateTimeException e) {
      outside.add(new Outside(trace, what, time));
      return;
    }
    if (found.isBefore(start.minus(TOLERANCE))
        || found.isAfter(start.plusMillis(run.until).plus(TOLERANCE))) {
      outside.add(new Outside(trace, what, time));
    }
  }

  /**
   * @param isJudged whether the services' clocks are right
   */
  void judge(boolean isJudged) {
    if (!isJudged) {
      return;
    }
    for (Outside each : outside) {
      String text =
          "%s is %s, and the run was from %s for %d s"
              .formatted(each.what, each.time, run.start().started(), run.until / 1_000);
      if (each.trace == null) {
        run.findings.add(Rule.TIME, text);
      } else {
        run.find(Rule.TIME, each.trace, text);
      }
    }
  }
}
