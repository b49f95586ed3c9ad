package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.ConfirmedPublish;
import orderflow.event.Event.Type;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * An empty queue is deleted. What is published to it meanwhile is returned and must be sent again
 * once a service has declared the queue, so nothing may be lost.
 *
 * <p>The broker returns no message that another queue takes: the event recorder's queue is unbound
 * as long as the queue of orders is missing, and gets a second copy of the events afterwards.
 */
final class DeletedQueue extends BackgroundFault {
  private static final EnvironmentFault ORDER_PAUSED =
      new EnvironmentFault.Paused(ServiceName.ORDER);

  private static final EnvironmentFault INVENTORY_STOPPED =
      new EnvironmentFault.Stopped(ServiceName.INVENTORY);

  /** Services declare the topology every 5 s. */
  private static final Duration DECLARE_LIMIT = Duration.ofSeconds(10);

  /** For messages in hand, before the queue counts as empty. */
  private static final Duration QUIET = Duration.ofMillis(500);

  private static final Duration EMPTY_LIMIT = Duration.ofSeconds(20);

  /** The least time without the queue: a service may declare it at once. */
  private static final Duration LEAST = Duration.ofMillis(500);

  private static final int ATTEMPTS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(20);

  private final String queue;
  private final boolean isWorkQueue;
  private final String recorder;
  private final List<Double> seconds = new CopyOnWriteArrayList<>();
  private volatile Optional<String> notDeclared = Optional.empty();

  /**
   * @param queue {@link Topology#ORDER_PLACED}, or a queue without a consumer
   * @param ids of the orders of its scenario
   */
  DeletedQueue(String queue, OrderIds ids) {
    this.queue = queue;
    this.recorder = EventRecorder.queue(ids);
    this.isWorkQueue = queue.equals(Topology.ORDER_PLACED);
  }

  @Override
  public String description() {
    return isWorkQueue ? queue + " deleted, inventory stopped" : queue + " deleted";
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    if (environment.isShared()) {
      return Optional.of("others use this flow and its queues");
    }
    return isWorkQueue
        ? environment.unsupported(ORDER_PAUSED).or(() -> environment.unsupported(INVENTORY_STOPPED))
        : Optional.empty();
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    if (isWorkQueue) {
      delete(environment);
    } else {
      super.inject(environment); // the next fault has to come meanwhile
    }
  }

  @Override
  void publish(TestEnvironment environment) throws InterruptedException {
    try {
      delete(environment);
    } catch (MessagingException e) {
      notDeclared = Optional.of("deleting %s: %s".formatted(queue, e.detail()));
    }
  }

  private void delete(TestEnvironment environment) throws InterruptedException {
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      for (int i = 0; i < ATTEMPTS && notDeclared.isEmpty() && !wasLongEnough(); i++) {
        delete(environment, browser, i == 0);
      }
      if (isWorkQueue) {
        environment.inject(ORDER_PAUSED);
        try {
          Thread.sleep(QUIET); // for messages on their way
          copyToRecorder(environment, browser);
        } finally {
          environment.heal(ORDER_PAUSED);
        }
      }
    }
  }

  private boolean wasLongEnough() {
    return seconds.stream().anyMatch(length -> length * 1e3 >= LEAST.toMillis());
  }

  private void delete(TestEnvironment environment, QueueBrowser browser, boolean isFirst)
      throws InterruptedException {
    if (isWorkQueue && isFirst) {
      environment.inject(ORDER_PAUSED); // nothing may be in the queue
      awaitEmpty(browser);
      environment.inject(INVENTORY_STOPPED);
      environment.broker().unbindQueue(new Topology.Binding(recorder, Type.ORDER_PLACED));
    }
    boolean isDeleted = environment.broker().deleteIdleQueue(queue);
    long from = System.nanoTime();
    if (isWorkQueue && isFirst) {
      environment.heal(ORDER_PAUSED);
    }
    if (isDeleted) {
      awaitDeclared(browser);
      seconds.add((System.nanoTime() - from) / 1e9);
    }
  }

  private void copyToRecorder(TestEnvironment environment, QueueBrowser browser)
      throws InterruptedException {
    String exchange = Type.ORDER_PLACED.exchange();
    String key = Type.ORDER_PLACED.routingKey();
    List<Message> copies = new ArrayList<>();
    browser.visit(
        queue,
        PATIENCE,
        event -> {
          copies.add(new Message(exchange, key, event.properties(), event.body()));
          return true;
        });
    environment.broker().declareTap(recorder, exchange, List.of(key));
    new ConfirmedPublish(copies).run(environment.broker());
  }

  private void awaitEmpty(QueueBrowser browser) throws InterruptedException {
    var limit = new Deadline(EMPTY_LIMIT);
    var quiet = new Deadline(QUIET);
    while (!quiet.isOver() && !limit.isOver()) {
      if (browser.depth(queue).orElse(0) > 0) {
        quiet.restart();
      }
      Thread.sleep(POLL);
    }
  }

  private void awaitDeclared(QueueBrowser browser) throws InterruptedException {
    var limit = new Deadline(DECLARE_LIMIT);
    while (browser.depth(queue).isEmpty() && notDeclared.isEmpty()) {
      if (limit.isOver()) {
        notDeclared =
            Optional.of(
                "%s was not declared again within %s, though services publish to it"
                    .formatted(queue, limit.waited()));
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    super.heal(environment);
    if (isWorkQueue) {
      environment.heal(INVENTORY_STOPPED);
    }
  }

  @Override
  public String requiredEffect() {
    return "%s: it does not exist for %d ms or more".formatted(description(), LEAST.toMillis());
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    return wasLongEnough() || notDeclared.isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s: it was not missing for %d ms (%s)"
                .formatted(description(), LEAST.toMillis(), times()));
  }

  private String times() {
    return seconds.stream()
        .map(length -> String.format(Locale.ROOT, "%.1f s", length))
        .collect(Collectors.joining(" and "));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) {
    String declared = queue + " was deleted, and services declared it again after " + times();
    return List.of(
        notDeclared.map(AssertionResult::wrong).orElse(AssertionResult.of(declared, true)));
  }
}
