package orderflow.cli.operate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.view.Text;
import orderflow.event.Event.Type;
import orderflow.messaging.MessagingException;
import orderflow.messaging.MessagingException.Kind;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueBrowser.ExchangeState;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.QueueProperties;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.messaging.Topology.QueueType;

/** Looks at the broker: product, alarms, exchanges, queues and what lies in them. */
public final class BrokerCheck {
  private static final Duration ALARM_WAIT = Duration.ofMillis(500);
  private static final Map<String, String> CONSUMERS =
      Map.of(
          Topology.ORDER_PLACED, "serve-inventory",
          Topology.INVENTORY_RESERVED, "serve-notify",
          Topology.ORDER_OUTCOME, "serve-order");

  private static final String DECLARE = "run 'orderflow topology declare', or start the services";
  private static final String ASK_ANOTHER = "ask with a user that may configure";

  private final List<CheckResult> results = new ArrayList<>();
  private final RabbitBroker broker;
  private final QueueType expected;

  /**
   * @param expected how queues should have been declared
   */
  public BrokerCheck(RabbitBroker broker, QueueType expected) {
    this.broker = broker;
    this.expected = expected;
  }

  /** All that was found; a broker that is away is a result too. */
  public List<CheckResult> run() throws InterruptedException {
    try (QueueBrowser browser = broker.openBrowser()) {
      String version = browser.brokerVersion();
      results.add(CheckResult.ok("broker", version + " at " + broker.address()));
      Optional<String> alarm = browser.alarm(ALARM_WAIT);
      if (alarm.isPresent()) {
        results.add(
            CheckResult.fail(
                "broker",
                "blocks publishers: " + alarm.get(),
                "give it memory or disk; orders are taken and wait in the outbox meanwhile"));
      }
      exchanges(browser);
      for (String queue : Topology.QUEUES) {
        unlessRefused(queue, () -> queue(browser, version, queue));
        unlessRefused(Topology.deadLetterQueue(queue), () -> deadLetters(browser, version, queue));
      }
    } catch (MessagingException e) {
      results.add(away(e));
    }
    return List.copyOf(results);
  }

  /** What the broker refuses about one thing is a finding of its own, and hides no other. */
  private void unlessRefused(String subject, Runnable look) {
    try {
      look.run();
    } catch (MessagingException e) {
      if (!e.kind().isRefusal()) {
        throw e;
      }
      results.add(
          e.kind() == Kind.ACCESS_REFUSED
              ? CheckResult.warn(subject, "not allowed to check it: " + e.detail(), ASK_ANOTHER)
              : CheckResult.fail(subject, e.detail(), "find out which client uses it"));
    }
  }

  private static CheckResult away(MessagingException e) {
    if (e.kind().hasAdvice()) {
      return CheckResult.ofProblem("broker", e.detail(), "look at its log");
    }
    return CheckResult.fail(
        "broker",
        e.detail(),
        switch (e.kind()) {
          case AUTHENTICATION_FAILED -> "give the right ones in --uri";
          case UNREACHABLE, TIMEOUT -> "start it, or say where it is with --uri";
          default -> "it answers; look at its log, and whether --uri is right";
        });
  }

  private void exchanges(QueueBrowser browser) {
    boolean well = true;
    List<String> unknown = new ArrayList<>();
    for (String exchange : Arrays.stream(Type.values()).map(Type::exchange).distinct().toList()) {
      if (!browser.hasExchange(exchange)) {
        well = false;
        results.add(CheckResult.fail("exchanges", "missing: " + exchange, DECLARE));
        continue;
      }
      switch (browser.exchangeState(exchange)) {
        case ExchangeState.AsDeclared() -> {}
        case ExchangeState.Different(String difference) -> {
          well = false;
          results.add(
              CheckResult.fail(
                  "exchanges",
                  exchange + " is declared otherwise: " + difference,
                  "delete it, and then run 'orderflow topology declare'"));
        }
        case ExchangeState.Unknown() -> unknown.add(exchange);
      }
    }
    if (!unknown.isEmpty()) {
      results.add(
          CheckResult.warn(
              "exchanges",
              notAllowed("the type of " + String.join(" and ", unknown)),
              ASK_ANOTHER));
    } else if (well) {
      results.add(
          CheckResult.ok(
              "exchanges", "all there, of the right type; bindings cannot be looked at"));
    }
  }

  private String notAllowed(String what) {
    return "not allowed to check %s: user '%s' lacks the configure permission"
        .formatted(what, broker.user());
  }

  private void queue(QueueBrowser browser, String version, String queue) {
    Optional<QueueState> state = browser.state(queue);
    if (state.isEmpty()) {
      results.add(CheckResult.fail(queue, "there is no such queue", DECLARE));
      return;
    }
    QueueState now = state.get();
    String figures =
        "%s ready, %s".formatted(Text.grouped(now.ready()), counted(now.consumers(), "consumer"));
    CheckResult result =
        now.consumers() == 0
            ? CheckResult.fail(
                queue, figures, "start its consumer with 'orderflow " + CONSUMERS.get(queue) + "'")
            : CheckResult.ok(queue, figures);
    results.add(result.with(figures(now)));
    traits(browser, version, queue);
  }

  private void deadLetters(QueueBrowser browser, String version, String queue) {
    String letters = Topology.deadLetterQueue(queue);
    Optional<QueueState> state = browser.state(letters);
    if (state.isEmpty()) {
      results.add(CheckResult.fail(letters, "there is no such queue", DECLARE));
      return;
    }
    long ready = state.get().ready();
    long holders = state.get().consumers();
    String count = counted(ready, "dead letter");
    CheckResult result =
        holders > 0
            ? CheckResult.warn(
                letters,
                count + " ready, beside what " + counted(holders, "consumer") + " may hold",
                "look again when nobody else looks into it")
            : ready == 0
                ? CheckResult.ok(letters, "empty")
                : CheckResult.warn(
                    letters,
                    count,
                    "look into it with 'orderflow dlq-inspect --group --queue " + letters + "'");
    results.add(result.with(figures(state.get())));
    traits(browser, version, letters);
  }

  private static Map<String, Number> figures(QueueState state) {
    return Map.of("ready", state.ready(), "consumers", state.consumers());
  }

  private static String counted(long count, String what) {
    return Text.grouped(count) + " " + what + (count == 1 ? "" : "s");
  }

  private void traits(QueueBrowser browser, String version, String queue) {
    QueueProperties traits = browser.queueProperties(queue);
    if (!traits.known()) {
      results.add(CheckResult.warn(queue, notAllowed("how it was declared"), ASK_ANOTHER));
      return;
    }
    String difference = difference(traits);
    if (!difference.isEmpty() && !browser.takesDeclaration(queue, expected)) {
      results.add(
          CheckResult.warn(
              queue,
              "declared otherwise: " + difference,
              switch (expected) {
                case DEFAULT -> "programs that declare it plainly are refused by the broker";
                case QUORUM ->
                    "services that are started with --queue-type quorum cannot declare it";
              }));
    }
    BrowseSafety.lowLimit(traits, version)
        .ifPresent(limit ->
            results.add(
                CheckResult.warn(
                        queue,
                        "is a quorum queue that drops a message after %,d deliveries"
                            .formatted(limit),
                        "declare it with a large x-delivery-limit")
                    .with(Map.of("delivery_limit", limit))));
  }

  /** What it has that it should not, and the other way round. */
  private String difference(QueueProperties traits) {
    Map<String, String> wanted = texts(Topology.arguments(expected));
    Map<String, String> found = texts(traits.arguments());
    List<String> differences = new ArrayList<>();
    if (!traits.durable()) {
      differences.add("not durable");
    }
    found.forEach((name, value) -> {
      if (!value.equals(wanted.get(name))) {
        differences.add(name + "=" + value);
      }
    });
    wanted.forEach((name, value) -> {
      if (!found.containsKey(name)) {
        differences.add("no " + name);
      }
    });
    return String.join(", ", differences);
  }

  private static Map<String, String> texts(Map<String, Object> arguments) {
    return arguments.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
  }
}
