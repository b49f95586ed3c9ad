package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.ConfirmedPublish;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Subscription;
import orderflow.messaging.Topology;

/**
 * The command {@code dlq-replay} replays dead letters over a slow network and is killed in the
 * middle, several times, and then runs to its end. Each dead letter must be replayed at least once,
 * and its order must have one effect.
 */
final class ReplayKill extends BackgroundFault {
  private static final String QUEUE = Topology.deadLetterQueue(Topology.ORDER_PLACED);
  private static final List<String> COMMAND =
      List.of("dlq-replay", "--queue", QUEUE, "--reason", "processing");

  private static final int DEAD_LETTERS = 300;
  private static final int KILLS = 3;
  private static final int MOST_BEFORE_KILL = 60;
  private static final int MOST_RUNS = 10;
  private static final int PREFETCH = 200;
  private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(30);
  private static final Duration RUN_LIMIT = Duration.ofSeconds(60);
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(50);

  private final String tap;
  private final String item;
  private final OwnOrders orders;
  private final Random random;
  private final Set<String> replayed = ConcurrentHashMap.newKeySet();
  private final List<Long> left = new CopyOnWriteArrayList<>();
  private final AtomicInteger runs = new AtomicInteger();
  private volatile String problem = "";

  /**
   * @param run makes ids unique
   * @param random decides when the command is killed
   */
  ReplayKill(String run, Random random) {
    this.tap = "orderflow_replay_" + run;
    this.item = run + "-replay-item";
    this.orders = new OwnOrders(run + "-replay-");
    this.random = random;
  }

  @Override
  public String description() {
    return "dlq-replay killed " + KILLS + " times";
  }

  @Override
  public Optional<String> unsupported(TestEnvironment environment) {
    return environment.commandsUnsupported();
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    List<Message> messages = new ArrayList<>();
    for (int number = 0; number < DEAD_LETTERS; number++) {
      var order = new OrderPlaced(orders.id(number), item, 1 + number % 3, "User-" + number % 7);
      orders.expect(order);
      messages.add(deadLetter(order));
    }
    new ConfirmedPublish(messages).run(environment.broker());
    environment
        .broker()
        .declareTap(tap, Type.ORDER_PLACED.exchange(), List.of(Type.ORDER_PLACED.routingKey()));
    super.inject(environment);
  }

  private static Message deadLetter(OrderPlaced order) {
    return new Message(
        "",
        QUEUE,
        MessageProperties.persistent(order.messageId())
            .withHeader(DeadLetter.REASON, DeadLetter.Reason.PROCESSING.wire())
            .withHeader(DeadLetter.DETAIL, "for a replay")
            .withHeader(DeadLetter.EXCHANGE, Type.ORDER_PLACED.exchange())
            .withHeader(DeadLetter.ROUTING_KEY, Type.ORDER_PLACED.routingKey())
            .withHeader(DeadLetter.AT, Instant.EPOCH.toString())
            .withHeader(DeadLetter.ID, UUID.nameUUIDFromBytes(EventCodec.encode(order)).toString()),
        EventCodec.encode(order));
  }

  @Override
  void publish(TestEnvironment environment) throws InterruptedException {
    try (Subscription events = environment.broker().subscribe(tap, PREFETCH);
        QueueBrowser browser = environment.broker().openBrowser()) {
      for (int kill = 0; kill < KILLS; kill++) {
        runAndKill(environment, events);
        left.add(awaitReleased(browser));
      }
      while (awaitReleased(browser) > 0 && runs.get() < MOST_RUNS) {
        runToEnd(environment);
      }
    } catch (MessagingException e) {
      problem = e.detail();
    }
  }

  /** It is killed once a random number of messages was replayed since its start. */
  private void runAndKill(TestEnvironment environment, Subscription events)
      throws InterruptedException {
    int target = 1 + random.nextInt(MOST_BEFORE_KILL);
    int seen = 0;
    runs.incrementAndGet();
    Process command = environment.startCommand(COMMAND, true);
    try {
      var limit = new Deadline(PROGRESS_LIMIT);
      while (seen < target && command.isAlive() && !limit.isOver()) {
        List<Delivery> batch = events.poll(PREFETCH, POLL);
        seen += (int) batch.stream().filter(this::isReplayed).count();
        if (!batch.isEmpty()) {
          events.ackAll(batch);
        }
      }
    } finally {
      environment.killCommand(command);
    }
  }

  private boolean isReplayed(Delivery event) {
    try {
      String orderId = EventCodec.decodeOrderPlaced(event.body()).orderId();
      return orderId.startsWith(orders.prefix()) && replayed.add(orderId);
    } catch (InvalidEventException e) {
      return false;
    }
  }

  /** Returns the number of dead letters once the broker knows that the command is gone. */
  private static long awaitReleased(QueueBrowser browser) throws InterruptedException {
    var limit = new Deadline(RELEASE_LIMIT);
    while (browser.state(QUEUE).filter(QueueBrowser.QueueState::isInUse).isPresent()
        && !limit.isOver()) {
      Thread.sleep(POLL);
    }
    return browser.depth(QUEUE).orElse(0);
  }

  private void runToEnd(TestEnvironment environment) throws InterruptedException {
    runs.incrementAndGet();
    Process command = environment.startCommand(COMMAND, false);
    if (!command.waitFor(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      command.destroyForcibly();
      problem = "dlq-replay did not end within " + RUN_LIMIT.toSeconds() + " s";
    }
  }

  @Override
  public String requiredEffect() {
    return description() + ": with some dead letters replayed and some left";
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    boolean felt =
        left.size() == KILLS
            && left.stream().anyMatch(count -> count > 0)
            && replayed.size() >= KILLS;
    return felt
        ? Optional.empty()
        : Optional.of(
            "%s: %d replayed, and after each kill %s dead letters were left"
                .formatted(description(), replayed.size(), left));
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "replay: killed %d times with %s of %d dead letters left, ended after %d runs%s"
                .formatted(
                    KILLS, left, DEAD_LETTERS, runs.get(), problem.isEmpty() ? "" : ": " + problem),
            problem.isEmpty()));
    results.addAll(orders.results(environment));
    return results;
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    super.heal(environment);
    environment.broker().deleteQueue(tap);
  }
}
