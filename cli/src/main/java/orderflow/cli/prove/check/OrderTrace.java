package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the history shows about one order. Not thread-safe. */
final class OrderTrace {
  final String id;

  /** The requests in order of their responses. */
  final List<Attempt> attempts = new ArrayList<>(1);

  /** What it must be about; null when it was never placed. */
  @Nullable Content wanted;

  /** Published by verify itself, so that the order service does not know it. */
  boolean isPublished;

  int orderRows;
  @Nullable String orderStatus;
  @Nullable Content orderContent;

  int reservedRows;
  int failedRows;
  @Nullable Content reservation;

  /** Lines in inventory's log about its decision. */
  int decisionLines;

  int notificationRows;
  int sentNotifications;
  @Nullable String notifiedUser;
  int receipts;

  final EventCopies placed = new EventCopies();
  final EventCopies outcome = new EventCopies();

  /** By the queue that each was consumed from. */
  final List<String> deadLetters = new ArrayList<>(0);

  /**
   * A request that placed it.
   *
   * @param content of the body
   * @param status of the response; 0 for none
   */
  record Attempt(Content content, long sent, long t, int status) {
    boolean isAccepted() {
      return status == Contract.ACCEPTED_CODE;
    }

    /** No answer, or one after which the order may be stored. */
    boolean isUnknown() {
      return status == 0 || status >= Contract.SERVER_ERROR;
    }
  }

  /** The copies of one event on its exchange. */
  static final class EventCopies {
    /** When the first was recorded; -1 for none. */
    long t = -1;

    @Nullable Content content;

    /** Of an outcome. */
    @Nullable String status;

    int count;

    /** How many differ from the first. */
    int others;

    int messageId;
    int timestamp;
    int body;
  }

  OrderTrace(String id) {
    this.id = id;
  }

  boolean isAccepted() {
    return attempts.stream().anyMatch(Attempt::isAccepted);
  }

  /** Sent and never accepted, so that it may have an effect or not. */
  boolean isInDoubt() {
    return !isAccepted() && (isPublished || attempts.stream().anyMatch(Attempt::isUnknown));
  }

  int decisions() {
    return reservedRows + failedRows;
  }

  long deadLetters(String queue) {
    return deadLetters.stream().filter(queue::equals).count();
  }

  /** When its first positive response arrived; -1 without one. */
  long acceptedAt() {
    return attempts.stream()
        .filter(Attempt::isAccepted)
        .mapToLong(Attempt::t)
        .findFirst()
        .orElse(-1);
  }

  /**
   * The last station that it reached.
   *
   * @param isConsumed whether the queue of orders is empty
   */
  Station station(boolean isConsumed) {
    if (sentNotifications > 0) {
      return Station.NOTIFIED;
    }
    if (outcome.count > 0) {
      return Station.OUTCOME;
    }
    if (decisions() > 0) {
      return Station.DECIDED;
    }
    if (placed.count > 0) {
      return isConsumed ? Station.DELIVERED : Station.PUBLISHED;
    }
    if (orderRows > 0) {
      return Station.STORED;
    }
    return isAccepted() ? Station.ANSWERED : Station.SENT;
  }

  /** When it was last seen: at its outcome, its order event or its response; -1 for never. */
  long lastSeen() {
    if (outcome.count > 0) {
      return outcome.t;
    }
    return placed.count > 0 ? placed.t : attempts.isEmpty() ? -1 : attempts.getLast().t();
  }
}
