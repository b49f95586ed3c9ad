package orderflow.cli.prove.soak;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.check.Finding;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.ServiceResources;
import orderflow.cli.prove.environment.ServiceResources.Kind;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.ScenarioResult;
import orderflow.cli.prove.scenario.Timeline;
import orderflow.cli.prove.soak.Trend.Line;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/**
 * Reads the resources of the services, and of this process, at the end of each window; judges their
 * growth at the end. Used by one thread.
 */
public final class SoakRecorder {
  /** Of a window's timeline, so that this process does not grow. */
  private static final int SAMPLES = 240;

  private final Trend trend = new Trend();
  private @Nullable TestEnvironment flow;
  private int windows;
  private long accepted;

  /** The flow of the next windows. */
  public void started(TestEnvironment environment) {
    flow = environment;
    trend.restarted();
  }

  /** Call it at the end of a window; returns its result in less memory. */
  public ScenarioResult ended(ScenarioResult result) {
    windows++;
    accepted += result.totals().accepted();
    if (result.passed() && flow != null) { // the flow of any other result is closed by now
      try {
        List<ServiceResources> resources = new ArrayList<>(flow.resources());
        resources.add(itself());
        trend.add(resources, result.totals().accepted(), latency(result.timeline()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return result.withTimeline(result.timeline().thinned(SAMPLES));
  }

  private static ServiceResources itself() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new ServiceResources(
        "verify",
        ProcessHandle.current().pid(),
        Map.of(Kind.HEAP, runtime.totalMemory() - runtime.freeMemory()));
  }

  /** The usual p99 of a moment: a fault does not last for half of a window. */
  private static double latency(Timeline timeline) {
    double[] sorted =
        timeline.samples().stream()
            .mapToDouble(sample -> sample.recent().p99())
            .filter(millis -> millis >= 0)
            .sorted()
            .toArray();
    return sorted.length == 0 ? -1 : sorted[sorted.length / 2];
  }

  /** The verdict on what grows. */
  public ScenarioResult result() {
    List<Line> lines = trend.lines();
    List<Finding> findings =
        lines.stream()
            .filter(line -> !line.isWithin())
            .map(line -> new Finding(line.rule(), null, null, null, line.text()))
            .toList();
    List<String> missing =
        trend.missing(Stream.of(ServiceName.values()).map(ServiceName::toString).toList());
    return new ScenarioResult(
        "soak",
        "nothing grows from window to window beyond its bound",
        !findings.isEmpty()
            ? Verdict.FAIL
            : missing.isEmpty() ? Verdict.PASS : Verdict.INCONCLUSIVE,
        "%d windows with %s accepted orders; %d of %d figures exceed their bounds%s"
            .formatted(
                windows,
                Text.grouped(accepted),
                findings.size(),
                lines.size(),
                findings.stream().map(finding -> "; " + finding.text()).collect(joining())),
        0,
        Totals.EMPTY,
        findings,
        missing,
        lines.stream().filter(Line::isWithin).map(Line::text).toList(),
        Timeline.EMPTY,
        0);
  }
}
