package orderflow.testing;

import java.util.concurrent.CountDownLatch;
import orderflow.store.Store;

/** A real store whose writes hang until they are released, as on a frozen disk. */
public final class HangingStore implements Store {
  private final Store real;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  public HangingStore(Store real) {
    this.real = real;
  }

  /** Waits until a write hangs. */
  public void awaitHanging() throws InterruptedException {
    reached.await();
  }

  /** Releases all writes. */
  public void release() {
    goOn.countDown();
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    hang();
    return real.write(durability, work);
  }

  @Override
  public <T> T read(Work<T> work) {
    return real.read(work);
  }

  @Override
  public void probe() {
    hang();
    real.probe();
  }

  @Override
  public void check() {
    real.check();
  }

  private void hang() {
    reached.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    real.close();
  }
}
