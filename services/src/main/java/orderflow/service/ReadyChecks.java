package orderflow.service;

import orderflow.delivery.Activity;
import orderflow.delivery.Worker;
import orderflow.http.Health;
import org.slf4j.Logger;

/** Makes the checks of {@code /health/ready} that workers answer for. */
final class ReadyChecks {
  private final Health health;
  private final Watchdog watchdog;

  ReadyChecks(Health health, Watchdog watchdog) {
    this.health = health;
    this.watchdog = watchdog;
  }

  Worker.ReadinessCheck check(String name) {
    return new Worker.ReadinessCheck() {
      @Override
      public void up() {
        health.up(name);
      }

      @Override
      public void down(String why) {
        health.down(name, why);
      }

      @Override
      public void watch(Activity activity) {
        health.watch(name, activity::stuck);
        watchdog.watch(name, activity);
      }
    };
  }

  /** A check that is up until it is told otherwise, and whose problems are logged here. */
  Worker.ReadinessCheck logged(String name, Logger log) {
    Worker.ReadinessCheck check = check(name);
    check.up();
    return new Worker.ReadinessCheck() {
      private String last = "";

      @Override
      public void up() {
        check.up();
        last = "";
      }

      @Override
      public void down(String why) {
        check.down(why);
        if (!why.equals(last)) {
          log.warn("{}: {}", name, why);
          last = why;
        }
      }
    };
  }
}
