package orderflow.cli.load;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.event.OrderPlaced;

/** Load through the order service: a virtual thread for each request. */
public final class HttpLoad implements LoadGenerator {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
  private static final Duration ROOM_WAIT = Duration.ofMillis(20);

  private final OrderClient client;
  private final OrderSource source;
  private final LoadPlan plan;
  private final Pacer pacer;
  private final BiConsumer<String, PlaceStatus> answers;
  private final LoadStats tally = new LoadStats();

  /**
   * @param answers is told the fate of each order by its id, from any thread
   */
  public HttpLoad(
      OrderClient client,
      OrderSource source,
      LoadPlan plan,
      BiConsumer<String, PlaceStatus> answers) {
    this.answers = answers;
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
        if (!requests.awaitTermination(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
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
      while (pacer.awaitNext() && hasRoom(inFlight)) {
        OrderPlaced order = source.order(pacer.number());
        long intended = pacer.intendedNanos();
        tally.sent();
        requests.execute(() -> send(order, intended, inFlight));
      }
    } finally {
      tally.notSent(pacer.dueButNotSent(tally.sentCount()));
    }
  }

  /** Takes a permit; false when the time is over before there is one. */
  private boolean hasRoom(Semaphore inFlight) throws InterruptedException {
    while (!inFlight.tryAcquire(ROOM_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      if (pacer.isOver()) {
        return false;
      }
    }
    return true;
  }

  private void send(OrderPlaced order, long intended, Semaphore inFlight) {
    PlaceStatus fate = PlaceStatus.UNKNOWN;
    try {
      OrderClient.PlaceResult attempt = client.tryPlace(order);
      fate = attempt.status();
      if (fate != PlaceStatus.ACCEPTED) {
        tally.problem(attempt.problem());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tally.answered(fate, System.nanoTime() - intended);
      answers.accept(order.orderId(), fate);
      inFlight.release();
    }
  }

  @Override
  public void stop() {
    pacer.stop();
  }

  @Override
  public LoadStats stats() {
    return tally;
  }
}
