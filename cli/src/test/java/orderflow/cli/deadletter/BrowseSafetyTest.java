package orderflow.cli.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import orderflow.cli.deadletter.BrowseSafety.Level;
import orderflow.messaging.DeliveryLimit;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.QueueProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowseSafetyTest {
  private static QueueProperties quorum(long limit) {
    return new QueueProperties(
        true,
        true,
        false,
        limit == 0
            ? Map.of("x-queue-type", "quorum")
            : Map.of("x-queue-type", "quorum", "x-delivery-limit", limit));
  }

  /** A policy may limit deliveries despite the argument; a limit of 0 means none. */
  @ParameterizedTest
  @CsvSource({
    "RabbitMQ 3.10.8, 0",
    "RabbitMQ 3.13.7, 5",
    "RabbitMQ 3.13.7, 1000000",
    "RabbitMQ 4.0.5, 0",
    "RabbitMQ 4.0.5, -1",
    "RabbitMQ 10.0.0, 0"
  })
  void browsingAQuorumQueueIsDestructive(String broker, long limit) {
    BrowseSafety safety = BrowseSafety.of("q", quorum(limit), broker);

    assertEquals(Level.DESTRUCTIVE, safety.level(), safety.note());
    assertTrue(safety.note().contains(broker) && safety.note().contains("quorum"), safety.note());
  }

  @ParameterizedTest
  @CsvSource({
    "RabbitMQ 3.10.8, 0, -1",
    "RabbitMQ 3.13.7, 5, 5",
    "RabbitMQ 3.13.7, 1000000, -1",
    "RabbitMQ 4.0.5, 0, 20",
    "RabbitMQ 4.0.5, -1, -1",
    "RabbitMQ 4.3.0, 20, 20",
    "RabbitMQ 10.0.0, 0, 20",
    "something else, 0, -1"
  })
  void lowDeliveryLimitIsKnown(String broker, long limit, long low) {
    assertEquals(low, DeliveryLimit.lowLimit(quorum(limit), broker).orElse(-1));
  }

  @Test
  void browsingAClassicQueueIsSafe() {
    BrowseSafety safety =
        BrowseSafety.of("q", new QueueProperties(true, true, false, Map.of()), "RabbitMQ 4.0.5");

    assertEquals(Level.NONE, safety.level());
    assertEquals("", safety.note());
  }

  /** Deleting the queue deletes its messages. */
  @Test
  void browsingAnAutoDeleteQueueIsDestructive() {
    BrowseSafety safety =
        BrowseSafety.of("q", new QueueProperties(true, true, true, Map.of()), "RabbitMQ 4.0.5");

    assertEquals(Level.DESTRUCTIVE, safety.level());
    assertTrue(safety.note().contains("auto-delete"), safety.note());
  }

  @ParameterizedTest
  @CsvSource({"0, so none can be seen", "3, so none of the 3 ready ones can be seen"})
  void singleActiveConsumerHidesReadyMessages(long ready, String hidden) {
    var single = new QueueProperties(true, true, false, Map.of("x-single-active-consumer", true));
    String why = BrowseSafety.whyNothingShows("q", single, new QueueState(ready, 1)).orElseThrow();

    assertTrue(why.contains(hidden), why);
  }

  @Test
  void streamCannotBeBrowsed() {
    var stream = new QueueProperties(true, true, false, Map.of("x-queue-type", "stream"));

    assertEquals(Level.DESTRUCTIVE, BrowseSafety.of("q", stream, "RabbitMQ 4.0.5").level());
  }

  @Test
  void unknownQueueTypeIsDestructive() {
    BrowseSafety safety =
        BrowseSafety.of("q", new QueueProperties(false, true, false, Map.of()), "RabbitMQ 4.0.5");

    assertEquals(Level.DESTRUCTIVE, safety.level());
    assertTrue(safety.note().contains("configure permission"), safety.note());
  }
}
