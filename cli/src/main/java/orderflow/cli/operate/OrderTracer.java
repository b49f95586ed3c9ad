package orderflow.cli.operate;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import tools.jackson.databind.JsonNode;

/** Collects the timeline of one order from the services and the dead-letter queues. */
public final class OrderTracer {
  private static final Duration BROWSE_LIMIT = Duration.ofSeconds(5);

  private final String orderId;
  private final Services services;
  private final RabbitBroker broker;
  private final Set<ServiceName> verified = EnumSet.noneOf(ServiceName.class);

  public OrderTracer(String orderId, Services services, RabbitBroker broker) {
    this.orderId = orderId;
    this.services = services;
    this.broker = broker;
  }

  /** The timeline now; it names the parts that did not answer. */
  public OrderTimeline trace() throws InterruptedException {
    var timeline = new OrderTimeline(orderId);
    try (var orders = services.orders();
        var inventory = services.inventory();
        var notifications = services.notifications()) {
      query(timeline, ServiceName.ORDER, () -> orders.details(orderId))
          .ifPresent(timeline::addOrder);
      query(timeline, ServiceName.INVENTORY, () -> inventory.details(orderId))
          .ifPresent(timeline::addReservation);
      query(timeline, ServiceName.NOTIFICATION, () -> notifications.details(orderId))
          .ifPresent(timeline::addNotification);
    }
    addDeadLetters(timeline);
    return timeline;
  }

  private interface Query {
    Optional<JsonNode> run() throws InterruptedException;
  }

  private Optional<JsonNode> query(OrderTimeline timeline, ServiceName service, Query query)
      throws InterruptedException {
    try {
      Optional<JsonNode> answer = query.run();
      if (answer.isEmpty()) {
        requireRightService(service);
      }
      return answer;
    } catch (CliException e) {
      timeline.addUnavailable(service.toString(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A wrong service does not know the order either, which would prove nothing. */
  private void requireRightService(ServiceName service) throws InterruptedException {
    if (!verified.contains(service)) {
      try (var health = services.health(service)) {
        Optional<String> wrong = health.metrics().wrongService();
        if (wrong.isPresent()) {
          throw new CliException(ExitCode.UNREACHABLE, wrong.get());
        }
        verified.add(service);
      }
    }
  }

  private void addDeadLetters(OrderTimeline timeline) throws InterruptedException {
    try (QueueBrowser browser = broker.openBrowser()) {
      for (String source : Topology.QUEUES) {
        addDeadLetters(timeline, browser, Topology.deadLetterQueue(source));
      }
    } catch (MessagingException e) {
      timeline.addUnavailable("broker", e.detail());
    }
  }

  private void addDeadLetters(OrderTimeline timeline, QueueBrowser browser, String queue)
      throws InterruptedException {
    var state = browser.state(queue);
    if (state.isEmpty()) {
      return;
    }
    if (state.get().consumers() > 0 && !timeline.isComplete()) {
      timeline.addUnavailable(
          queue, "other consumers of " + queue + " may hold a dead letter of the order");
    }
    if (state.get().ready() == 0) {
      return;
    }
    BrowseSafety safety = BrowseSafety.of(browser, queue);
    if (safety.level() != BrowseSafety.Level.NONE) {
      timeline.addUnavailable(queue, queue + " was not read: " + safety.note());
      return;
    }
    browser.visit(
        queue,
        BROWSE_LIMIT,
        message -> {
          if (orderId.equals(DeadLetterInfo.orderIdOf(message))) {
            var info = DeadLetterInfo.of(1, message);
            timeline.addDeadLetter(queue, info.at(), info.reason(), info.detail(), info.replays());
          }
          return true;
        });
  }
}
