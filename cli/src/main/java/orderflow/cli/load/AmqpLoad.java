package orderflow.cli.load;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import org.jspecify.annotations.Nullable;

/** Load published directly to the broker; accepted means confirmed. */
public final class AmqpLoad implements LoadGenerator {
  private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(20);
  private static final Duration WAIT = Duration.ofMillis(2);
  private static final String APP_ID = "orderflow-flood";

  private final Supplier<Publisher> publishers;
  private final OrderSource source;
  private final LoadPlan plan;
  private final Clock clock;
  private final Pacer pacer;
  private final LoadStats stats = new LoadStats();
  private final Map<Long, Long> intendedNanos = new HashMap<>();
  private @Nullable Publisher opened;

  /**
   * @param publishers opens the publisher, which is closed at the end of the run
   */
  public AmqpLoad(Supplier<Publisher> publishers, OrderSource source, LoadPlan plan, Clock clock) {
    this.publishers = publishers;
    this.source = source;
    this.plan = plan;
    this.clock = clock;
    this.pacer = new Pacer(plan);
  }

  @Override
  public void prepare() {
    opened = publishers.get();
  }

  @Override
  public void run() throws InterruptedException {
    pacer.start();
    try (Publisher publisher = Objects.requireNonNull(opened, "not prepared")) {
      sendAll(publisher);
      long deadline = System.nanoTime() + CONFIRM_LIMIT.toNanos();
      while (!intendedNanos.isEmpty() && System.nanoTime() - deadline < 0) {
        collect(publisher, WAIT);
      }
    } finally {
      countUnconfirmed();
    }
  }

  private void sendAll(Publisher publisher) throws InterruptedException {
    try {
      while (pacer.awaitNext() && awaitCapacity(publisher)) {
        long n = pacer.number();
        intendedNanos.put(n, pacer.intendedNanos());
        stats.sent();
        publisher.publish(n, Message.of(source.order(n), clock.instant(), APP_ID));
        collect(publisher, Duration.ZERO);
      }
    } finally {
      stats.notSent(pacer.dueButNotSent(stats.sentCount()));
    }
  }

  /** Waits until another order may be in flight; false when the time is over before. */
  private boolean awaitCapacity(Publisher publisher) throws InterruptedException {
    while (publisher.remainingCapacity() == 0 || intendedNanos.size() >= plan.inFlight()) {
      collect(publisher, WAIT);
      if (pacer.isOver()) {
        return false;
      }
    }
    return true;
  }

  private void collect(Publisher publisher, Duration wait) throws InterruptedException {
    Publisher.Confirms answers = publisher.confirms(wait);
    for (long n : answers.confirmed()) {
      Long intended = intendedNanos.remove(n);
      if (intended != null) {
        stats.answered(PlaceStatus.ACCEPTED, System.nanoTime() - intended);
      }
    }
    for (Publisher.Refusal refusal : answers.refused()) {
      throw new MessagingException(MessagingException.Kind.MESSAGE_REFUSED, refusal.reason());
    }
  }

  /** Counts the unconfirmed orders as errors. */
  private void countUnconfirmed() {
    long now = System.nanoTime();
    intendedNanos.values().forEach(intended -> stats.answered(PlaceStatus.UNKNOWN, now - intended));
    intendedNanos.clear();
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
