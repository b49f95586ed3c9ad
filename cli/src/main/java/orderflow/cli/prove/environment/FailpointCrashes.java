package orderflow.cli.prove.environment;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.prove.environment.EnvironmentFault.CrashAt;
import orderflow.failpoint.Failpoint;

/** Services that crash at a failpoint, and whether they did. */
final class FailpointCrashes {
  private final Set<CrashAt> happened = new HashSet<>();

  /** Starts {@code service} again; it crashes later, in the middle of its work. */
  void inject(CrashAt crash, ChildProcess service) throws InterruptedException {
    happened.remove(crash);
    service.kill();
    service.start(Map.of(Failpoint.VARIABLE, crash.point().crashAt(crash.pass())));
  }

  void heal(CrashAt crash, ChildProcess service) throws InterruptedException {
    boolean _ = missing(crash, service).isEmpty(); // is asked for later, too
    service.kill();
    service.start();
  }

  /** Why the crash is not in effect; empty when it is or was. */
  Optional<String> missing(CrashAt crash, ChildProcess service) {
    if (service.endedWith(Failpoint.EXIT_CODE)) {
      happened.add(crash);
    }
    return happened.contains(crash)
        ? Optional.empty()
        : Optional.of(
            "the %s service did not pass %s %d times"
                .formatted(crash.service(), crash.point(), crash.pass()));
  }
}
