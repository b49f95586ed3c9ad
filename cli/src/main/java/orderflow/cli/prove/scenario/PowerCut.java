package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.Random;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;

/** A power cut at a random moment, while the service has been working for a while. */
final class PowerCut extends InjectedFault {
  private static final Duration LEAST = Duration.ofMillis(500);
  private static final Duration MOST = Duration.ofMillis(2_500);

  private final Duration pause;

  PowerCut(ServiceName service, Random random) {
    super(new EnvironmentFault.PowerCut(service));
    this.pause = Duration.ofMillis(random.nextLong(LEAST.toMillis(), MOST.toMillis()));
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    Thread.sleep(pause); // the service may have been ready for a moment only
    super.inject(environment);
  }
}
