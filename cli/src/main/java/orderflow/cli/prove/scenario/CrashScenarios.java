package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
  private static final int SECONDS_PER_FAULT = 15;
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

  /** The windows of an endurance run: faults all the time, a check at the end of each. */
  static List<ScenarioSpec> soak(long seed, Duration length, Duration window) {
    int windows = (int) Math.max(1, length.dividedBy(window));
    int seconds = (int) window.toSeconds();
    int faults = Math.max(2, seconds / SECONDS_PER_FAULT);
    return IntStream.rangeClosed(1, windows)
        .mapToObj(number ->
            ScenarioSpec.of(
                    "soak-" + number,
                    "window %d of %d: steady orders and random faults".formatted(number, windows),
                    new RandomSchedule(random(seed + number)).endingOneService(seconds - 1, faults),
                    0)
                .withLength(window)
                .withOptionalFaults())
        .toList();
  }

  /** {@link Random} begins with the same choices for seeds next to each other. */
  private static Random random(long seed) {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  private static ScenarioSpec points(ServiceName service, long seed) {
    Random random = random(seed ^ service.toString().hashCode());
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
    Random random = random(seed);
    return ScenarioSpec.of(
            "random-faults",
            "kills, crashes, pauses, and faults of broker and network, some at the same time",
            new RandomSchedule(random).mixed(MIXED_SECONDS, MIXED_FAULTS),
            2)
        .withOptionalFaults();
  }
}
