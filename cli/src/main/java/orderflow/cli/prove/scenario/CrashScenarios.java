package orderflow.cli.prove.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.CrashAt;
import orderflow.cli.prove.scenario.ScenarioSpec.Step;
import orderflow.failpoint.Failpoint;

/** A crash between any two steps of a service. */
final class CrashScenarios {
  private static final List<Failpoint> RELAY =
      List.of(
          Failpoint.RELAY_PUBLISH_AFTER,
          Failpoint.RELAY_CONFIRM_AFTER,
          Failpoint.RELAY_DELETE_AFTER);

  private static final List<Failpoint> CONSUMER =
      List.of(
          Failpoint.CONSUMER_COMMIT_BEFORE,
          Failpoint.CONSUMER_COMMIT_AFTER,
          Failpoint.CONSUMER_ACK_AFTER);

  /** The points that each service passes when orders are placed. */
  private static final Map<ServiceName, List<Failpoint>> POINTS =
      Map.of(
          ServiceName.ORDER,
          all(
              Stream.of(
                  List.of(
                      Failpoint.ACCEPT_COMMIT_BEFORE,
                      Failpoint.ACCEPT_COMMIT_AFTER,
                      Failpoint.ACCEPT_ANSWER_BEFORE),
                  RELAY,
                  CONSUMER)),
          ServiceName.INVENTORY,
          all(Stream.of(CONSUMER, RELAY)),
          ServiceName.NOTIFICATION,
          all(
              Stream.of(
                  CONSUMER, List.of(Failpoint.NOTIFY_SEND_AFTER, Failpoint.NOTIFY_MARK_AFTER))));

  /** Some batches later, not always the first one. */
  private static final int MOST_PASSES = 5;

  private static final double LENGTH = 0.5;
  private static final double PAUSE = 0.5;

  private CrashScenarios() {}

  private static List<Failpoint> all(Stream<List<Failpoint>> parts) {
    return parts.flatMap(List::stream).toList();
  }

  static List<Failpoint> points(ServiceName service) {
    return Objects.requireNonNull(POINTS.get(service));
  }

  static CrashAt crash(ServiceName service, Failpoint point, Random random) {
    return new CrashAt(service, point, 1 + random.nextInt(MOST_PASSES));
  }

  /**
   * @param seed decides the order of the points and the passes
   */
  static List<ScenarioSpec> all(long seed) {
    return Stream.of(ServiceName.values()).map(service -> of(service, seed)).toList();
  }

  private static ScenarioSpec of(ServiceName service, long seed) {
    var random = new Random(seed ^ service.toString().hashCode());
    List<Failpoint> points = new ArrayList<>(points(service));
    Collections.shuffle(points, random);
    List<Step> steps = new ArrayList<>();
    double at = 1;
    for (Failpoint point : points) {
      EnvironmentFault fault = crash(service, point, random);
      steps.add(Step.of(at, at + LENGTH, fault));
      at += LENGTH + PAUSE;
    }
    return ScenarioSpec.of(
        "crash-" + service,
        "%s crashes between two steps, once at each of %d points".formatted(service, points.size()),
        (int) Math.ceil(at) + 1,
        steps);
  }
}
