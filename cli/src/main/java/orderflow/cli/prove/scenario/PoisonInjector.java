package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.event.Event.Type;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** Publishes poison messages of random kinds; each must be dead-lettered. */
final class PoisonInjector extends BackgroundFault {
  private static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration DEAD_LETTER_LIMIT = Duration.ofSeconds(30);

  /** Must be in the dead letter too. */
  private static final String HEADER = "orderflow-poison";

  /** Fewer messages prove nothing. */
  private static final int LEAST = 20;

  private final String run;
  private final boolean mayBeResent;
  private final Duration interval;
  private final Random random;
  private final Map<String, PoisonKind> sent = new ConcurrentHashMap<>();
  private final AtomicInteger published = new AtomicInteger();
  private @Nullable HistoryWriter history;

  /**
   * @param run the prefix of the message ids
   * @param mayBeResent whether a dead letter may exist twice with the same dead-letter id
   */
  PoisonInjector(String run, boolean mayBeResent, Duration interval, Random random) {
    this.run = run;
    this.mayBeResent = mayBeResent;
    this.interval = interval;
    this.random = random;
  }

  @Override
  public String description() {
    return "poison among the orders";
  }

  @Override
  public void useHistory(HistoryWriter writer) {
    history = writer;
  }

  private String messageId(int number) {
    return run + "-poison-" + number;
  }

  @Override
  void publish(TestEnvironment environment) throws InterruptedException {
    PoisonKind[] kinds = PoisonKind.values();
    try (Publisher publisher = environment.broker().openPublisher(CONFIRM_TIMEOUT)) {
      while (!isEnding()) {
        PoisonKind kind = kinds[random.nextInt(kinds.length)];
        int number = published.get();
        sent.put(messageId(number), kind);
        var message =
            new Message(
                Type.ORDER_PLACED.exchange(),
                Type.ORDER_PLACED.routingKey(),
                MessageProperties.persistent(messageId(number))
                    .withHeader(HEADER, messageId(number)),
                kind.body());
        publisher.publish(number, message);
        while (publisher.outstanding() > 0) {
          publisher.confirmedIds(POLL);
        }
        record(message, kind);
        published.incrementAndGet();
        Thread.sleep(interval);
      }
    } catch (MessagingException e) {
      // only confirmed messages count
    }
  }

  private void record(Message message, PoisonKind kind) throws InterruptedException {
    HistoryWriter writer = history;
    if (writer != null) {
      writer.add(
          MessageRecords.poison(
              writer.now(), message, Topology.ORDER_PLACED, kind.reason().wire(), mayBeResent));
    }
  }

  @Override
  public void tearDown(TestEnvironment environment) throws InterruptedException {
    DeadLetterRemover.remove(environment.broker(), QUEUE, sent);
  }

  @Override
  public String requiredEffect() {
    return description()
        + ": the broker takes at least %d, and each becomes a dead letter".formatted(LEAST);
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    int count = published.get();
    return count >= LEAST
        ? Optional.empty()
        : Optional.of("%s: the broker took only %d messages".formatted(description(), count));
  }

  /** Waits for the dead letters; the history shows whether they are right. */
  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    var limit = new Deadline(DEAD_LETTER_LIMIT);
    while (deadLetters(environment) < published.get() && !limit.isOver()) {
      Thread.sleep(POLL);
    }
    return List.of();
  }

  /** How many of the messages have a dead letter. */
  private int deadLetters(TestEnvironment environment) throws InterruptedException {
    Set<String> found = new HashSet<>();
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      browser.visit(
          QUEUE,
          PATIENCE,
          delivery -> {
            String messageId = delivery.properties().messageId();
            if (messageId != null && sent.containsKey(messageId)) {
              found.add(messageId);
            }
            return true;
          });
    }
    return found.size();
  }
}
