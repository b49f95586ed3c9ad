package orderflow.cli.operate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import orderflow.cli.view.Text;
import orderflow.event.Event.Type;
import orderflow.messaging.DeliveryLimit;
import orderflow.messaging.MessagingException;
import orderflow.messaging.MessagingException.Kind;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueBrowser.ExchangeState;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.QueueProperties;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.messaging.Topology.QueueType;

/** Checks the broker: alarms, exchanges, queues, their consumers and dead letters. */
public final class BrokerCheck {
  private static final Duration ALARM_WAIT = Duration.ofMillis(500);
  private static final Map<String, String> CONSUMERS =
      Map.of(
          Topology.ORDER_PLACED, "serve-inventory",
          Topology.INVENTORY_RESERVED, "serve-notify",
          Topology.ORDER_OUTCOME, "serve-order");

  private static final String DECLARE = "run 'orderflow topology declare', or start the services";
  private static final String NEEDS_CONFIGURE = "use a user with the configure permission";

  private final List<CheckResult> results = new ArrayList<>();
  private final RabbitBroker broker;
  private final QueueType expected;

  /**
   * @param expected type of the queues
   */
  public BrokerCheck(RabbitBroker broker, QueueType expected) {
    this.broker = broker;
    this.expected = expected;
  }

  /** Runs all checks; an unreachable broker is a result too. */
  public List<CheckResult> run() throws InterruptedException {
    try (QueueBrowser browser = broker.openBrowser()) {
      String version = browser.brokerVersion();
      results.add(CheckResult.ok("broker", version + " at " + broker.address()));
      browser
          .alarm(ALARM_WAIT)
          .ifPresent(alarm ->
              results.add(
                  CheckResult.fail(
                      "broker",
                      "blocks publishers: " + alarm,
                      "free memory or disk; until then, orders wait in the outbox")));
      checkExchanges(browser);
      for (String queue : Topology.QUEUES) {
        check(queue, () -> checkQueue(browser, version, queue));
        String deadLetters = Topology.deadLetterQueue(queue);
        check(deadLetters, () -> checkDeadLetters(browser, version, deadLetters));
      }
    } catch (MessagingException e) {
      results.add(unreachable(e));
    }
    return List.copyOf(results);
  }

  /** A refusal of one check is a result, and the others still run. */
  private void check(String subject, Runnable check) {
    try {
      check.run();
    } catch (MessagingException e) {
      if (!e.kind().isRefusal()) {
        throw e;
      }
      results.add(
          e.kind() == Kind.ACCESS_REFUSED
              ? CheckResult.warn(subject, "not allowed to check it: " + e.detail(), NEEDS_CONFIGURE)
              : CheckResult.fail(subject, e.detail(), "find the client that uses it"));
    }
  }

  private static CheckResult unreachable(MessagingException e) {
    if (e.kind().hasAdvice()) {
      return CheckResult.ofProblem("broker", e.detail(), "look at its log");
    }
    return CheckResult.fail(
        "broker",
        e.detail(),
        switch (e.kind()) {
          case AUTHENTICATION_FAILED -> "set the right user and password in --uri";
          case UNREACHABLE, TIMEOUT -> "start it, or set its address with --uri";
          default -> "look at its log, and check --uri";
        });
  }

  private void checkExchanges(QueueBrowser browser) {
    boolean allAsDeclared = true;
    List<String> unknown = new ArrayList<>();
    for (String exchange : Arrays.stream(Type.values()).map(Type::exchange).distinct().toList()) {
      if (!browser.hasExchange(exchange)) {
        allAsDeclared = false;
        results.add(CheckResult.fail("exchanges", "missing: " + exchange, DECLARE));
        continue;
      }
      switch (browser.exchangeState(exchange)) {
        case ExchangeState.AsDeclared() -> {}
        case ExchangeState.Different(String difference) -> {
          allAsDeclared = false;
          results.add(
              CheckResult.fail(
                  "exchanges",
                  exchange + " has another declaration: " + difference,
                  "delete it, then run 'orderflow topology declare'"));
        }
        case ExchangeState.Unknown() -> unknown.add(exchange);
      }
    }
    if (!unknown.isEmpty()) {
      results.add(notAllowed("exchanges", "the type of " + String.join(" and ", unknown)));
    } else if (allAsDeclared) {
      results.add(CheckResult.ok("exchanges", "all exist with the right type; bindings unchecked"));
    }
  }

  private CheckResult notAllowed(String subject, String what) {
    return CheckResult.warn(
        subject,
        "not allowed to check %s: user '%s' lacks the configure permission"
            .formatted(what, broker.user()),
        NEEDS_CONFIGURE);
  }

  private void checkQueue(QueueBrowser browser, String version, String queue) {
    Optional<QueueState> found = existing(browser, queue);
    if (found.isPresent()) {
      QueueState state = found.get();
      String text =
          "%s ready, %s"
              .formatted(Text.grouped(state.ready()), counted(state.consumers(), "consumer"));
      String command = "orderflow " + CONSUMERS.get(queue);
      results.add(
          (state.consumers() == 0
                  ? CheckResult.fail(queue, text, "start its consumer with '" + command + "'")
                  : CheckResult.ok(queue, text))
              .with(figures(state)));
      checkDeclaration(browser, version, queue);
    }
  }

  private void checkDeadLetters(QueueBrowser browser, String version, String queue) {
    Optional<QueueState> found = existing(browser, queue);
    if (found.isPresent()) {
      QueueState state = found.get();
      String count = counted(state.ready(), "dead letter");
      CheckResult result;
      if (state.consumers() > 0) {
        result =
            CheckResult.warn(
                queue,
                count + " ready; " + counted(state.consumers(), "consumer") + " may hold more",
                "check again when no one else reads the queue");
      } else if (state.ready() == 0) {
        result = CheckResult.ok(queue, "empty");
      } else {
        String command = "orderflow dlq-inspect --group --queue " + queue;
        result = CheckResult.warn(queue, count, "inspect it with '" + command + "'");
      }
      results.add(result.with(figures(state)));
      checkDeclaration(browser, version, queue);
    }
  }

  private Optional<QueueState> existing(QueueBrowser browser, String queue) {
    Optional<QueueState> state = browser.state(queue);
    if (state.isEmpty()) {
      results.add(CheckResult.fail(queue, "does not exist", DECLARE));
    }
    return state;
  }

  private static Map<String, Number> figures(QueueState state) {
    return Map.of("ready", state.ready(), "consumers", state.consumers());
  }

  private static String counted(long count, String noun) {
    return Text.grouped(count) + " " + noun + (count == 1 ? "" : "s");
  }

  private void checkDeclaration(QueueBrowser browser, String version, String queue) {
    QueueProperties properties = browser.queueProperties(queue);
    if (!properties.known()) {
      results.add(notAllowed(queue, "its declaration"));
      return;
    }
    String difference = difference(properties);
    if (!difference.isEmpty() && !browser.takesDeclaration(queue, expected)) {
      results.add(
          CheckResult.warn(
              queue,
              "has another declaration: " + difference,
              switch (expected) {
                case DEFAULT -> "the broker refuses programs that declare it without arguments";
                case QUORUM -> "services with --queue-type quorum cannot declare it";
              }));
    }
    DeliveryLimit.lowLimit(properties, version)
        .ifPresent(limit ->
            results.add(
                CheckResult.warn(
                        queue,
                        "quorum queue that drops a message after %,d deliveries".formatted(limit),
                        "declare it with a large x-delivery-limit")
                    .with(Map.of("delivery_limit", limit))));
  }

  private String difference(QueueProperties properties) {
    Map<String, Object> wanted = new TreeMap<>(Topology.arguments(expected));
    List<String> differences = new ArrayList<>();
    if (!properties.durable()) {
      differences.add("not durable");
    }
    properties
        .arguments()
        .forEach((name, value) -> {
          if (!String.valueOf(value).equals(String.valueOf(wanted.remove(name)))) {
            differences.add(name + "=" + value);
          }
        });
    wanted.keySet().forEach(name -> differences.add("no " + name));
    return String.join(", ", differences);
  }
}
