package orderflow.cli.prove.check;

import java.util.Locale;

/** What a history must show. docs/verify.md lists the rules with these sentences. */
public enum Rule {
  LOST(
      "Every accepted order is stored, decided, known to the order service and, if it is reserved,"
          + " notified.",
      true),
  DOUBLE_EFFECT("No order is stored, decided, published or notified twice.", false),
  RESTAMPED("Copies of an event are equal: same bytes, same properties, same timestamp.", false),
  PHANTOM("Nothing has an effect that was refused or never placed.", false),
  CONTENT("User, item and quantity are those of the request at every station.", false),
  STATUS(
      "The order service, the outcome event and the notification agree with inventory's decision.",
      false),
  EVENT_MISSING("Every decision has its order event and its outcome event on the exchanges.", true),
  OUTCOME_CONFLICT("No order is both reserved and failed.", false),
  PROPERTIES(
      "Events have the content type, message id, type, timestamp, correlation id and persistence of"
          + " the contract, its routing key, and no headers.",
      false),
  REASON("A failed outcome has a reason.", false),
  ANSWER("An accepted order is answered with 202, its id and the status accepted.", false),
  RETRY("A repeated request gets the same 202, another payload under the same id gets 409.", false),
  AVAILABILITY(
      "The order service accepts the required share of the orders that are due while no fault stops"
          + " intake.",
      false),
  RESPONSE_TIME(
      "Response times stay below their bounds while no fault stops intake: p99, and the fastest"
          + " tenth.",
      false),
  DECISION_TIME(
      "The fastest tenth of the orders has its outcome within a bound while there is no fault.",
      false),
  READINESS(
      "While the broker or the network is away, services do not say that they are ready.", false),
  RECOVERY(
      "After the last fault all services are ready and the backlog is gone within a bound.", false),
  TIME("Times in messages, rows and dead letters lie within the run.", false),
  DEAD_LETTER_MISSING("Every poison message becomes exactly one dead letter.", true),
  DEAD_LETTER_CHANGED("A dead letter has the bytes, properties and headers of its message.", false),
  DEAD_LETTER_HEADERS(
      "A dead letter has the headers of the contract, with the right reason and origin.", false),
  DEAD_LETTER_UNEXPECTED("No valid message becomes a dead letter.", false),
  STOCK(
      "Stock adds up: reserved is the sum of the reservations, none is negative, and an order fails"
          + " only without enough stock.",
      false),
  NOTIFIED_AGAIN(
      "Nobody is told twice, except for a bounded number after a crash of notification.", false),
  RESOURCES("Unacknowledged messages, heap and data folder stay bounded.", false),
  QUEUES("No message waits in the services' queues at the end.", true),
  CHECK("What a scenario checks by itself holds.", false);

  private final String sentence;
  private final boolean liveness;

  Rule(String sentence, boolean liveness) {
    this.sentence = sentence;
    this.liveness = liveness;
  }

  /** Its name in reports. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String sentence() {
    return sentence;
  }

  /** Whether it may hold later, so that a flow that is late does not violate it. */
  boolean isLiveness() {
    return liveness;
  }
}
