package orderflow.cli.prove.scenario;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.OrderClient.PlaceStatus;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.event.OrderPlaced;
import tools.jackson.databind.JsonNode;

/** Places an order, and compares the times that a service records for it with the clock here. */
final class RecordedTimes {
  private static final Duration TOLERANCE = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  private RecordedTimes() {}

  /**
   * Returns the recorded times that are wrong, human-readable; empty when a service has no record
   * of the order in time.
   *
   * @param shift how far the service's clock is ahead; negative when it is behind
   */
  static Optional<List<String>> wrong(
      TestEnvironment environment,
      OwnOrders orders,
      OrderPlaced order,
      ServiceName service,
      Duration shift)
      throws InterruptedException {
    Instant before = orders.now().plus(shift).minus(TOLERANCE);
    var limit = new Deadline(LIMIT);
    Optional<JsonNode> row = Optional.empty();
    while (row.isEmpty() && !limit.isOver()) {
      if (orders.place(environment, order).status() == PlaceStatus.ACCEPTED) { // or repeat it
        row = record(environment, service, order.orderId());
      }
      Thread.sleep(POLL);
    }
    Instant after = orders.now().plus(shift).plus(TOLERANCE);
    return row.map(fields -> wrong(service, fields, before, after));
  }

  private static Optional<JsonNode> record(
      TestEnvironment environment, ServiceName service, String orderId)
      throws InterruptedException {
    return switch (service) {
      case ORDER -> environment.orders().details(orderId);
      case INVENTORY -> environment.inventory().details(orderId);
      case NOTIFICATION -> environment.notifications().details(orderId);
    };
  }

  private static List<String> wrong(
      ServiceName service, JsonNode row, Instant earliest, Instant latest) {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : row.properties()) {
      if (field.getKey().endsWith("_at") && !field.getValue().isNull()) {
        String text = field.getValue().stringValue("");
        if (!isBetween(text, earliest, latest)) {
          wrong.add(
              "%s: %s of the %s service is %s, not from %s to %s"
                  .formatted(
                      row.path("order_id").stringValue(""),
                      field.getKey(),
                      service,
                      text,
                      earliest,
                      latest));
        }
      }
    }
    return wrong;
  }

  private static boolean isBetween(String text, Instant earliest, Instant latest) {
    try {
      Instant time = Instant.parse(text);
      return !time.isBefore(earliest) && !time.isAfter(latest);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
