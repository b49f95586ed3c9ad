package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.HealthClient.Readiness;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/**
 * Waits until every service is ready.
 *
 * @param alive called for a service that is not ready; throws when it never will be
 * @param exitCode when the time is up
 */
record ReadyWait(Duration limit, Consumer<ServiceName> alive, ExitCode exitCode) {
  private static final Duration POLL = Duration.ofMillis(50);

  /**
   * @throws CliException naming the service and the reason
   */
  void await(Function<ServiceName, ServiceProbe> probes) throws InterruptedException {
    var deadline = new Deadline(limit);
    for (ServiceName name : ServiceName.values()) {
      try (ServiceProbe probe = probes.apply(name)) {
        Readiness readiness = probe.readiness(TestEnvironment.ANSWER_LIMIT);
        while (!readiness.ready()) {
          alive.accept(name);
          if (deadline.isOver()) {
            throw new CliException(
                exitCode,
                "the %s service is not ready within %s: %s"
                    .formatted(name, deadline.waited(), why(name, readiness)));
          }
          Thread.sleep(POLL);
          readiness = probe.readiness(TestEnvironment.ANSWER_LIMIT);
        }
      }
    }
  }

  private static String why(ServiceName name, Readiness readiness) {
    return readiness.reachable()
        ? readiness.checks().toString()
        : HealthClient.shorten(name, readiness.problem());
  }
}
