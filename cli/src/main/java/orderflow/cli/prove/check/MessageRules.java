package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import orderflow.cli.prove.check.OrderTrace.EventCopies;
import orderflow.cli.prove.history.HistoryRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Judges the messages on the exchanges one by one, and notes them in their orders' traces. */
final class MessageRules {
  private static final List<String> OUTCOME_OPTIONAL = List.of("item_id", "qty");

  private final ObservedRun run;
  private final TimeRule times;

  MessageRules(ObservedRun run, TimeRule times) {
    this.run = run;
    this.times = times;
  }

  void accept(HistoryRecord.Message message) {
    JsonNode json = Content.object(message.body());
    String orderId = Content.text(json, "order_id");
    String claimed = message.properties().get("correlation_id");
    if (orderId == null && run.isOfRun(claimed)) {
      run.find(
          Rule.CONTENT,
          run.trace(Objects.requireNonNull(claimed)),
          "its event with routing key %s is not the contract's JSON"
              .formatted(message.routingKey()));
    }
    if (orderId == null || !run.isOfRun(orderId)) {
      return;
    }
    OrderTrace trace = run.trace(orderId);
    boolean isOrder = message.exchange().equals(Contract.ORDER_EXCHANGE);
    EventCopies copies = isOrder ? trace.placed : trace.outcome;
    String status = isOrder ? null : Content.text(json, "status");
    String type = isOrder ? Contract.ORDER_PLACED : outcomeType(status);
    if (copies.count == 0) {
      first(copies, message, run.shared(Content.of(json)), status);
      if (!trace.isPublished || !isOrder) {
        properties(trace, type, message);
      }
    } else {
      again(trace, type, copies, message, status);
    }
    copies.count++;
    if (type.equals(Contract.INVENTORY_FAILED) && Content.text(json, "reason") == null) {
      run.find(Rule.REASON, trace, "its failed outcome has no reason");
    }
  }

  private static String outcomeType(@Nullable String status) {
    return Contract.FAILED.equals(status) ? Contract.INVENTORY_FAILED : Contract.INVENTORY_RESERVED;
  }

  private static void first(
      EventCopies copies, HistoryRecord.Message message, Content content, @Nullable String status) {
    copies.t = message.t();
    copies.content = content;
    copies.status = status;
    copies.messageId = Objects.hashCode(message.properties().get("message_id"));
    copies.timestamp = Objects.hashCode(message.properties().get("timestamp"));
    copies.body = Arrays.hashCode(message.body());
  }

  private void again(
      OrderTrace trace,
      String type,
      EventCopies copies,
      HistoryRecord.Message message,
      @Nullable String status) {
    List<String> other = new ArrayList<>();
    if (copies.messageId != Objects.hashCode(message.properties().get("message_id"))) {
      other.add("message_id");
    }
    if (copies.timestamp != Objects.hashCode(message.properties().get("timestamp"))) {
      other.add("timestamp");
    }
    if (copies.body != Arrays.hashCode(message.body())) {
      other.add("body");
    }
    if (!Objects.equals(copies.status, status)) {
      run.find(
          Rule.OUTCOME_CONFLICT,
          trace,
          "has the outcome %s and the outcome %s".formatted(copies.status, status));
    }
    boolean isAnonymous = !message.properties().containsKey("message_id");
    if (isAnonymous && other.isEmpty() && !wasDisturbed()) {
      copies.others++; // nothing made its publisher send it again
    }
    if (!other.isEmpty()) {
      copies.others++;
      if (!other.contains("body")) {
        run.find(
            Rule.RESTAMPED,
            trace,
            "copies of its %s differ in %s".formatted(type, String.join(" and ", other)));
      }
    }
  }

  /** Whether any fault was active so far, after which a publisher may send a message again. */
  private boolean wasDisturbed() {
    return !run.faults.isEmpty();
  }

  private void properties(OrderTrace trace, String type, HistoryRecord.Message message) {
    if (!message.routingKey().equals(Contract.routingKey(type))) {
      run.find(
          Rule.PROPERTIES,
          trace,
          "its %s has the routing key %s instead of %s"
              .formatted(type, message.routingKey(), Contract.routingKey(type)));
    }
    if (!run.start().visible().properties()) {
      return;
    }
    Map<String, String> properties = message.properties();
    require(trace, type, properties, "content_type", Contract.JSON);
    require(trace, type, properties, "delivery_mode", Contract.PERSISTENT);
    require(trace, type, properties, "correlation_id", trace.id);
    require(trace, type, properties, "type", type);
    String messageId = properties.getOrDefault("message_id", "");
    if (!messageId.contains(trace.id)) {
      run.find(
          Rule.PROPERTIES,
          trace,
          "its %s has the message_id '%s', which is not derived from the order id"
              .formatted(type, messageId));
    }
    String timestamp = properties.get("timestamp");
    if (timestamp == null) {
      run.find(Rule.PROPERTIES, trace, "its %s has no timestamp".formatted(type));
    } else {
      times.require(trace, "the timestamp of its " + type, timestamp);
    }
    message.headers().stream()
        .filter(header -> !Contract.EVENT_HEADERS.contains(header.name()))
        .findFirst()
        .ifPresent(header ->
            run.find(
                Rule.PROPERTIES, trace, "its %s has the header %s".formatted(type, header.name())));
  }

  private void require(
      OrderTrace trace, String type, Map<String, String> properties, String name, String value) {
    String found = properties.get(name);
    if (!value.equals(found)) {
      run.find(
          Rule.PROPERTIES,
          trace,
          found == null
              ? "its %s has no %s".formatted(type, name)
              : "its %s has the %s %s instead of %s".formatted(type, name, found, value));
    }
  }

  /** Fields that an outcome may lack where its publisher promises less. */
  List<String> optionalInOutcome() {
    return run.start().visible().properties() ? List.of() : OUTCOME_OPTIONAL;
  }
}
