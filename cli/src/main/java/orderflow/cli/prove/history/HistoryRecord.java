package orderflow.cli.prove.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One observation of a scenario. Times named {@code t}, {@code due}, {@code sent}, {@code from} and
 * {@code until} are milliseconds of a monotonic clock since the start of the scenario.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = HistoryRecord.Start.class, name = "scenario"),
  @JsonSubTypes.Type(value = HistoryRecord.Load.class, name = "load"),
  @JsonSubTypes.Type(value = HistoryRecord.Request.class, name = "request"),
  @JsonSubTypes.Type(value = HistoryRecord.Message.class, name = "message"),
  @JsonSubTypes.Type(value = HistoryRecord.Published.class, name = "published"),
  @JsonSubTypes.Type(value = HistoryRecord.DeadLetter.class, name = "dead_letter"),
  @JsonSubTypes.Type(value = HistoryRecord.Fault.class, name = "fault"),
  @JsonSubTypes.Type(value = HistoryRecord.Loss.class, name = "loss"),
  @JsonSubTypes.Type(value = HistoryRecord.Effect.class, name = "effect"),
  @JsonSubTypes.Type(value = HistoryRecord.Row.class, name = "row"),
  @JsonSubTypes.Type(value = HistoryRecord.Receipt.class, name = "receipt"),
  @JsonSubTypes.Type(value = HistoryRecord.LogLine.class, name = "log_line"),
  @JsonSubTypes.Type(value = HistoryRecord.Sample.class, name = "sample"),
  @JsonSubTypes.Type(value = HistoryRecord.Health.class, name = "health"),
  @JsonSubTypes.Type(value = HistoryRecord.Resources.class, name = "resources"),
  @JsonSubTypes.Type(value = HistoryRecord.Check.class, name = "check"),
  @JsonSubTypes.Type(value = HistoryRecord.Unreadable.class, name = "unreadable"),
  @JsonSubTypes.Type(value = HistoryRecord.Dropped.class, name = "dropped"),
  @JsonSubTypes.Type(value = HistoryRecord.End.class, name = "end"),
})
public sealed interface HistoryRecord {
  long t();

  /**
   * The first record.
   *
   * @param run makes ids unique
   * @param prefix of the order ids of the scenario
   * @param item that only its orders are for
   * @param stock of the item; 0 for unlimited
   * @param rate orders due per second
   * @param started the wall-clock time of t = 0, as ISO 8601
   */
  record Start(
      long t,
      String name,
      String purpose,
      String run,
      String prefix,
      String item,
      long stock,
      double rate,
      String started,
      Expectations expect,
      Visible visible)
      implements HistoryRecord {}

  /**
   * What the scenario requires.
   *
   * @param acceptedShare of the orders that were due while nothing stopped intake
   * @param p99Ms the longest 99th percentile of the response time
   * @param recoveryMs the longest time from the end of the last fault to the usual backlog
   * @param backlog messages that must wait at a time
   */
  record Expectations(double acceptedShare, long p99Ms, long recoveryMs, long backlog) {}

  /**
   * What can be observed on this flow; rules that need more are not judged.
   *
   * @param tables that services list: orders, reservations, notifications, stock; and
   *     notification_log where the log of notification is read
   * @param properties whether the services promise the message properties of the contract
   * @param health whether the services report readiness and metrics
   * @param logs whether their log lines are recorded
   */
  record Visible(List<String> tables, boolean properties, boolean health, boolean logs) {
    /** Of our own services. */
    public static final Visible ALL =
        new Visible(List.of("orders", "reservations", "notifications", "stock"), true, true, false);
  }

  /**
   * The steady load has ended.
   *
   * @param t when the last order was due
   * @param from when it began
   * @param notSent orders that were due and not sent, because too many were unanswered
   */
  record Load(long t, long from, long sent, long notSent) implements HistoryRecord {}

  /**
   * A request to a service, with its response.
   *
   * @param t when the response arrived, or when it was given up
   * @param service order, inventory or notification
   * @param due when it had to be sent; null when it was not scheduled
   * @param status of the response; 0 for none
   * @param answer the body of the response; null for none
   * @param problem why there is no response; null when there is one
   */
  record Request(
      long t,
      String service,
      String method,
      String path,
      @Nullable String body,
      @Nullable Long due,
      long sent,
      int status,
      @Nullable String answer,
      @Nullable String problem)
      implements HistoryRecord {}

  /**
   * A header of a message.
   *
   * @param type of the value: text, bytes, int, long, timestamp, table and others
   * @param value as text; bytes as base64, a table or list as JSON; null for no value
   */
  record Header(String name, String type, @Nullable String value) {}

  /** A message on an exchange of the contract, from any publisher. */
  record Message(
      long t,
      String exchange,
      String routingKey,
      Map<String, String> properties,
      List<Header> headers,
      byte[] body)
      implements HistoryRecord {}

  /**
   * A message that verify itself published.
   *
   * @param queue that receives it, to which dead letters belong
   * @param confirmed whether the broker confirmed it
   * @param expect what must become of it: dead_letter, or order for one effect of the order
   * @param reason of the dead letter; null for any
   * @param mayRepeat whether the dead letter may exist several times with one dead-letter id
   */
  record Published(
      long t,
      String exchange,
      String routingKey,
      String queue,
      Map<String, String> properties,
      List<Header> headers,
      byte[] body,
      boolean confirmed,
      String expect,
      @Nullable String reason,
      boolean mayRepeat)
      implements HistoryRecord {}

  /** A message in a dead-letter queue at the end. */
  record DeadLetter(
      long t, String queue, Map<String, String> properties, List<Header> headers, byte[] body)
      implements HistoryRecord {}

  /**
   * A fault began or ended.
   *
   * @param phase start or end
   * @param target the service that it hits; null for none or several
   * @param stopsIntake whether the order service may refuse orders or not answer meanwhile
   * @param mustRefuse whether orders must be refused meanwhile
   * @param shiftsClock whether the services' clocks may be wrong
   */
  record Fault(
      long t,
      String phase,
      String fault,
      @Nullable String target,
      boolean stopsIntake,
      boolean mustRefuse,
      boolean shiftsClock)
      implements HistoryRecord {}

  /** A period in which events may miss the notification queue. */
  record Loss(long t, String fault, long from, long until) implements HistoryRecord {}

  /**
   * Whether a fault or the load had the required effect.
   *
   * @param text the effect that was not observed, or the required one
   */
  record Effect(long t, String fault, boolean felt, String text) implements HistoryRecord {}

  /** An entry that a service lists at the end, with all its fields. */
  record Row(long t, String service, String table, JsonNode fields) implements HistoryRecord {}

  /** A notification that reached its receiver. */
  record Receipt(
      long t, String receiver, @Nullable String orderId, @Nullable String messageId, String body)
      implements HistoryRecord {}

  /** A line about an order in the log of a service, when it was read. */
  record LogLine(long t, String service, String orderId, String text) implements HistoryRecord {}

  /**
   * The state at one moment; an unknown number is -1.
   *
   * @param accepted orders so far
   * @param decided orders with an outcome event so far
   * @param ready messages in each queue
   * @param p99Ms response time of all orders so far
   * @param recent median, 99th percentile and maximum since the previous sample
   */
  record Sample(
      long t,
      long accepted,
      long decided,
      Map<String, Long> ready,
      double p99Ms,
      List<Double> recent)
      implements HistoryRecord {}

  /** Readiness of a service, with its metrics now and then. */
  record Health(
      long t,
      String service,
      boolean responded,
      boolean ready,
      Map<String, String> checks,
      Map<String, Double> metrics)
      implements HistoryRecord {}

  /**
   * Resources of a service by name: rss_bytes, heap_bytes (after a collection), data_bytes,
   * wal_bytes, descriptors, threads, unacknowledged.
   */
  record Resources(long t, String service, Map<String, Double> values) implements HistoryRecord {}

  /**
   * A check that a fault made by itself.
   *
   * @param status ok, wrong or not_seen
   */
  record Check(long t, String fault, String status, String text) implements HistoryRecord {}

  /** Something that could not be recorded. */
  record Unreadable(long t, String text) implements HistoryRecord {}

  /** The history is incomplete: so many records did not fit into the writer's queue. */
  record Dropped(long t, long count) implements HistoryRecord {}

  /**
   * The last record of a scenario that was observed to its end.
   *
   * @param state quiescent, standstill or timed_out
   * @param waiting messages in the services' queues; -1 when unknown
   * @param unready services that are not ready, with the reason
   * @param outbox messages that wait in each service's outbox
   * @param slowdown how many times slower than idle the machine was at most
   */
  record End(
      long t,
      String state,
      long waiting,
      Map<String, String> unready,
      Map<String, Double> outbox,
      double slowdown)
      implements HistoryRecord {}
}
