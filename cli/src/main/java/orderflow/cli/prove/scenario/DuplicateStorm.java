package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.cli.view.Text;
import orderflow.event.Event.Type;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** Each event of one type is published one to five times more, shuffled. */
final class DuplicateStorm extends BackgroundFault {
  private static final int MOST_COPIES = 5;
  private static final String DUPLICATES = "orderflow_messages_total/duplicate";

  /** Copies may be in flight, and one of two consuming services counts its share only. */
  private static final double LEAST_COUNTED = 0.25;

  private static final int PREFETCH = 200;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);

  private final Type type;
  private final String queue;
  private final Random random;
  private final AtomicInteger copies = new AtomicInteger();
  private volatile @Nullable String failure;

  /**
   * @param run makes the name of its queue unique
   */
  DuplicateStorm(Type type, String run, Random random) {
    this.type = type;
    this.queue = "orderflow_storm_" + run + "_" + type.routingKey();
    this.random = random;
  }

  @Override
  public String description() {
    return "each " + type.eventName() + " 1 to " + MOST_COPIES + " times more";
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    environment.broker().declareTap(queue, type.exchange(), List.of(type.routingKey()));
    super.inject(environment);
  }

  @Override
  void publish(TestEnvironment environment) throws InterruptedException {
    try (Subscription originals = environment.broker().subscribe(queue, PREFETCH);
        Publisher publisher = environment.broker().openPublisher(CONFIRM_TIMEOUT)) {
      while (!isEnding()) {
        List<Delivery> batch = originals.poll(PREFETCH, POLL);
        if (!batch.isEmpty()) {
          copies.addAndGet(publish(publisher, batch));
          originals.ackAll(batch);
        }
      }
    } catch (MessagingException e) {
      failure = e.detail();
    }
  }

  /** Publishes to the queues: copies sent to the exchange would be copied again. */
  private int publish(Publisher publisher, List<Delivery> batch) throws InterruptedException {
    List<String> targets = Topology.queues(type.exchange(), type.routingKey());
    List<Message> all = new ArrayList<>();
    for (Delivery delivery : batch) {
      for (int n = 1 + random.nextInt(MOST_COPIES); n > 0; n--) {
        for (String target : targets) {
          all.add(new Message("", target, delivery.properties(), delivery.body()));
        }
      }
    }
    Collections.shuffle(all, random);
    long id = 0;
    for (Message copy : all) {
      while (publisher.remainingCapacity() == 0) {
        publisher.confirmedIds(POLL);
      }
      publisher.publish(id++, copy);
    }
    while (publisher.outstanding() > 0) {
      publisher.confirmedIds(POLL);
    }
    return all.size();
  }

  private ServiceName consumer() {
    return switch (type) {
      case ORDER_PLACED -> ServiceName.INVENTORY;
      case INVENTORY_RESERVED -> ServiceName.NOTIFICATION;
      case INVENTORY_FAILED -> ServiceName.ORDER;
    };
  }

  @Override
  public String requiredEffect() {
    return description() + ": the service that consumes them counts duplicates";
  }

  /** A service without that metric cannot show it. */
  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    double needed = copies.get() * LEAST_COUNTED;
    return window.health().growth(consumer(), DUPLICATES, window.from()).stream()
        .filter(counted -> counted < needed)
        .mapToObj(counted ->
            "%s: the %s service counted %.0f duplicates, fewer than %.0f"
                .formatted(description(), consumer(), counted, needed))
        .findFirst();
  }

  /** There may be no INVENTORY_FAILED event to copy. */
  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    boolean published = copies.get() > 0 || type == Type.INVENTORY_FAILED;
    return List.of(
        new AssertionResult(
            "duplicates: %s copies of %s%s"
                .formatted(
                    Text.grouped(copies.get()),
                    type.eventName(),
                    failure == null ? "" : ", and then: " + failure),
            published && failure == null ? Status.OK : Status.NOT_SEEN));
  }

  @Override
  public void release(TestEnvironment environment) {
    super.release(environment);
    try {
      environment.broker().deleteQueue(queue);
    } catch (MessagingException e) {
      // the queue goes with the broker
    }
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    super.heal(environment);
    environment.broker().deleteQueue(queue);
  }
}
