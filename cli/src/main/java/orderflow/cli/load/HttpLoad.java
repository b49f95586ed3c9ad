package orderflow.cli.load;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.OrderClient.PlaceResult;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.event.OrderPlaced;

/** Load through the order service, with a virtual thread per request. */
public final class HttpLoad implements LoadGenerator {
  private static final Duration RESPONSE_LIMIT = Duration.ofSeconds(20);
  private static final Duration PERMIT_WAIT = Duration.ofMillis(20);

  private final OrderClient client;
  private final LongFunction<OrderPlaced> source;
  private final LoadPlan plan;
  private final Pacer pacer;
  private final Consumer<Attempt> results;
  private final LoadStats stats = new LoadStats();

  /**
   * One order that was sent. Times are those of {@link System#nanoTime}.
   *
   * @param due when it had to be sent
   */
  public record Attempt(OrderPlaced order, PlaceResult result, long due, long sent) {}

  /**
   * @param source the order with a number
   * @param results receives each order with its result, from any thread
   */
  public HttpLoad(
      OrderClient client,
      LongFunction<OrderPlaced> source,
      LoadPlan plan,
      Consumer<Attempt> results) {
    this.results = results;
    this.client = client;
    this.source = source;
    this.plan = plan;
    this.pacer = new Pacer(plan);
  }

  @Override
  public void prepare() throws InterruptedException {
    client.requireAnswer();
  }

  @Override
  public void run() throws InterruptedException {
    pacer.start();
    try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        sendAll(requests);
        requests.shutdown();
        if (!requests.awaitTermination(RESPONSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          requests.shutdownNow();
        }
      } catch (InterruptedException e) {
        requests.shutdownNow();
        throw e;
      }
    }
  }

  private void sendAll(ExecutorService requests) throws InterruptedException {
    var inFlight = new Semaphore(plan.inFlight());
    try {
      while (pacer.awaitNext() && awaitCapacity(inFlight)) {
        OrderPlaced order = source.apply(pacer.number());
        long intended = pacer.intendedNanos();
        stats.sent();
        requests.execute(() -> send(order, intended, inFlight));
      }
    } finally {
      stats.notSent(pacer.dueButNotSent(stats.sentCount()));
    }
  }

  /** Takes a permit; false when the time is over before. */
  private boolean awaitCapacity(Semaphore inFlight) throws InterruptedException {
    while (!inFlight.tryAcquire(PERMIT_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      if (pacer.isOver()) {
        return false;
      }
    }
    return true;
  }

  private void send(OrderPlaced order, long intended, Semaphore inFlight) {
    var result = new PlaceResult(PlaceStatus.UNKNOWN, "not sent to its end", 0, "");
    long sent = System.nanoTime();
    try {
      result = client.tryPlace(order);
      if (result.status() != PlaceStatus.ACCEPTED) {
        stats.problem(result.problem());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stats.answered(result.status(), System.nanoTime() - intended);
      results.accept(new Attempt(order, result, intended, sent));
      inFlight.release();
    }
  }

  @Override
  public void stop() {
    pacer.stop();
  }

  @Override
  public LoadStats stats() {
    return stats;
  }
}
