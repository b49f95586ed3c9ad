package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.schedule.Failpoints;
import orderflow.cli.prove.schedule.FaultSchedule;
import orderflow.cli.prove.schedule.FaultSchedule.Entry;
import orderflow.cli.prove.schedule.RandomSchedule;
import orderflow.failpoint.Failpoint;

/** Faults at moments that the seed decides, and a crash between any two steps of a service. */
final class CrashScenarios {
  private static final int MIXED_SECONDS = 30;
  private static final int MIXED_FAULTS = 12;
  private static final double LENGTH = 0.5;
  private static final double PAUSE = 0.5;

  private CrashScenarios() {}

  /**
   * @param seed decides the order of the points, the passes and all random faults
   */
  static List<ScenarioSpec> all(long seed) {
    return Stream.concat(
            Stream.of(ServiceName.values()).map(service -> points(service, seed)),
            Stream.of(mixed(seed)))
        .toList();
  }

  private static ScenarioSpec points(ServiceName service, long seed) {
    var random = new Random(seed ^ service.toString().hashCode());
    var crashes = new RandomSchedule(random);
    List<Failpoint> points = new ArrayList<>(Failpoints.of(service));
    Collections.shuffle(points, random);
    List<Entry> entries = new ArrayList<>();
    double at = 1;
    for (Failpoint point : points) {
      entries.add(new Entry(at, at + LENGTH, crashes.crash(service, point)));
      at += LENGTH + PAUSE;
    }
    return ScenarioSpec.of(
        "crash-" + service,
        "%s crashes between two steps, once at each of %d points".formatted(service, points.size()),
        new FaultSchedule(entries),
        1);
  }

  private static ScenarioSpec mixed(long seed) {
    var random = new Random(seed);
    return ScenarioSpec.of(
        "random-faults",
        "kills, crashes, pauses, and faults of broker and network, some at the same time",
        new RandomSchedule(random).mixed(MIXED_SECONDS, MIXED_FAULTS),
        2);
  }
}
