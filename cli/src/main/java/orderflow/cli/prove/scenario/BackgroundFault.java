package orderflow.cli.prove.scenario;

import orderflow.cli.prove.environment.TestEnvironment;
import org.jspecify.annotations.Nullable;

/** A fault that publishes messages on a thread of its own while it lasts. */
abstract class BackgroundFault implements Fault {
  private volatile boolean ending;
  private @Nullable Thread thread;

  /** Publishes until {@link #isEnding}. */
  abstract void publish(TestEnvironment environment) throws InterruptedException;

  final boolean isEnding() {
    return ending;
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    ending = false;
    thread =
        Thread.ofPlatform()
            .name("fault")
            .daemon()
            .start(() -> {
              try {
                publish(environment);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Override
  public void release(TestEnvironment environment) {
    ending = true;
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    ending = true;
    if (thread != null) {
      thread.join();
    }
  }
}
