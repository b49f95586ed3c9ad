package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.DeadLetterRemover;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.event.Event.Type;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/** Publishes poison messages of random kinds, and checks afterwards that each was dead-lettered. */
final class PoisonInjector extends BackgroundFault {
  private static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration DEAD_LETTER_LIMIT = Duration.ofSeconds(30);

  /** Fewer messages prove nothing. */
  private static final int LEAST = 20;

  private final String run;
  private final boolean mayBeResent;
  private final Duration interval;
  private final Random random;
  private final Map<String, PoisonKind> sent = new ConcurrentHashMap<>();
  private final AtomicInteger published = new AtomicInteger();

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
        publisher.publish(
            number,
            new Message(
                Type.ORDER_PLACED.exchange(),
                Type.ORDER_PLACED.routingKey(),
                MessageProperties.persistent(messageId(number)),
                kind.body()));
        while (publisher.outstanding() > 0) {
          publisher.confirmedIds(POLL);
        }
        published.incrementAndGet();
        Thread.sleep(interval);
      }
    } catch (MessagingException e) {
      // only confirmed messages count
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

  /** Each confirmed message must have one dead letter with its id and its bytes. */
  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    Map<String, List<String>> deadLetters = deadLetters(environment);
    var limit = new Deadline(DEAD_LETTER_LIMIT);
    while (deadLetters.size() < published.get() && !limit.isOver()) {
      Thread.sleep(POLL);
      deadLetters = deadLetters(environment);
    }
    List<AssertionResult> results = new ArrayList<>();
    for (int number = 0; number < published.get(); number++) {
      List<String> found = deadLetters.getOrDefault(messageId(number), List.of());
      long count = mayBeResent ? found.stream().distinct().count() : found.size();
      if (count != 1) {
        results.add(
            AssertionResult.wrong(
                "poison: %s has %d dead letters with its bytes"
                    .formatted(messageId(number), count)));
      }
    }
    int correct = published.get() - results.size();
    results.addFirst(
        AssertionResult.of(
            "poison: %d of %d messages dead-lettered once, every byte kept"
                .formatted(correct, published.get()),
            results.isEmpty()));
    return results;
  }

  /** The dead-letter ids of each message, by message id. */
  private Map<String, List<String>> deadLetters(TestEnvironment environment)
      throws InterruptedException {
    Map<String, List<String>> deadLetters = new HashMap<>();
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      browser.visit(
          QUEUE,
          PATIENCE,
          delivery -> {
            String messageId = delivery.properties().messageId();
            PoisonKind kind = messageId == null ? null : sent.get(messageId);
            if (kind != null && kind.isBodyOf(delivery)) {
              deadLetters
                  .computeIfAbsent(messageId, _ -> new ArrayList<>())
                  .add(String.valueOf(delivery.properties().header(DeadLetter.ID)));
            }
            return true;
          });
    }
    return deadLetters;
  }
}
