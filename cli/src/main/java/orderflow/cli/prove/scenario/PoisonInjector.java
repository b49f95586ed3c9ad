package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
import orderflow.cli.prove.probe.PoisonFilter;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.event.Event.Type;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Publishes poison among the orders, at a rate of its own, each with an id, and looks afterwards
 * what became of it.
 */
final class PoisonInjector implements Fault {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Fewer messages prove nothing. */
  private static final int LEAST = 20;

  private static final Duration LETTERS_LIMIT = Duration.ofSeconds(30);

  private final String run;
  private final boolean mayBeResent;
  private final Duration every;
  private final Random random;
  private volatile boolean ending;
  private final Map<String, PoisonKind> sent = new ConcurrentHashMap<>();
  private final AtomicInteger published = new AtomicInteger();
  private @Nullable Thread thread;

  /**
   * @param run what the message ids begin with
   * @param mayBeResent whether a dead letter may come twice with the same identity
   */
  PoisonInjector(String run, boolean mayBeResent, Duration every, Random random) {
    this.run = run;
    this.mayBeResent = mayBeResent;
    this.every = every;
    this.random = random;
  }

  @Override
  public String description() {
    return "poison among the orders";
  }

  @Override
  public void inject(TestEnvironment stage) {
    ending = false;
    thread = Thread.ofPlatform().name("poison").daemon().start(() -> run(stage));
  }

  private void run(TestEnvironment stage) {
    PoisonKind[] kinds = PoisonKind.values();
    try (Publisher publisher = stage.broker().openPublisher(CONFIRM_TIMEOUT)) {
      while (!ending) {
        PoisonKind kind = kinds[random.nextInt(kinds.length)];
        int number = published.get();
        sent.put(run + "-poison-" + number, kind);
        publisher.publish(
            number,
            new Message(
                Type.ORDER_PLACED.exchange(),
                Type.ORDER_PLACED.routingKey(),
                MessageProperties.persistent(run + "-poison-" + number),
                kind.body()));
        while (publisher.outstanding() > 0) {
          publisher.confirmedIds(POLL);
        }
        published.incrementAndGet();
        Thread.sleep(every);
      }
    } catch (MessagingException e) {
      // as many fewer; what was confirmed is counted
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void release(TestEnvironment stage) {
    ending = true;
  }

  @Override
  public void heal(TestEnvironment stage) throws InterruptedException {
    ending = true;
    if (thread != null) {
      thread.join();
    }
  }

  @Override
  public void tearDown(TestEnvironment stage) throws InterruptedException {
    DeadLetterRemover.remove(
        stage.broker(), Topology.deadLetterQueue(Topology.ORDER_PLACED), new PoisonFilter(sent));
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

  /** Each message that the broker took must have one dead letter, by its id, with its bytes. */
  @Override
  public List<CheckResult> results(TestEnvironment stage) throws InterruptedException {
    Map<String, List<String>> letters = letters(stage);
    var limit = new Deadline(LETTERS_LIMIT);
    while (letters.size() < published.get() && !limit.isOver()) {
      Thread.sleep(POLL);
      letters = letters(stage);
    }
    List<CheckResult> findings = new ArrayList<>();
    int right = 0;
    for (int n = 0; n < published.get(); n++) {
      List<String> found = letters.getOrDefault(run + "-poison-" + n, List.of());
      long count = mayBeResent ? found.stream().distinct().count() : found.size();
      if (count == 1) {
        right++;
      } else {
        findings.add(
            CheckResult.wrong(
                "poison: %s-poison-%d has %d dead letters with its bytes"
                    .formatted(run, n, count)));
      }
    }
    findings.addFirst(
        new CheckResult(
            "poison: %d of %d messages dead-lettered once, every byte kept"
                .formatted(right, published.get()),
            right == published.get()));
    return findings;
  }

  /** The identities of the dead letters of each message, by its id. */
  private Map<String, List<String>> letters(TestEnvironment stage) throws InterruptedException {
    Map<String, List<String>> letters = new HashMap<>();
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      browser.visit(
          Topology.deadLetterQueue(Topology.ORDER_PLACED),
          PATIENCE,
          letter -> {
            String messageId = letter.properties().messageId();
            PoisonKind kind = messageId == null ? null : sent.get(messageId);
            if (kind != null && Arrays.equals(letter.body(), kind.body())) {
              letters
                  .computeIfAbsent(messageId, id -> new ArrayList<>())
                  .add(String.valueOf(letter.properties().header(DeadLetter.ID)));
            }
            return true;
          });
    }
    return letters;
  }
}
