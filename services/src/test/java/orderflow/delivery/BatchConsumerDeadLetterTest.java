package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.List;
import java.util.Map;
import java.util.Set;
import orderflow.event.OrderPlaced;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.testing.Amqp;
import orderflow.testing.FaultyStore.Fault;
import orderflow.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchConsumerDeadLetterTest extends BatchConsumerFixture {
  /** Operators search for this line. */
  @Test
  void deadLetterIsLoggedOnceAndInputForgesNoLine() throws Exception {
    try (var log = new LogLines("Test")) {
      put("a");
      broker.put(message(new OrderPlaced("a", "widget", 2, "u")));
      putPoison("m-1");
      putPoison("m\nWARN forged");
      store.onWrite(Fault.BUSY);
      assertBlocked();
      assertWorked();
      assertEquals(
          List.of(
              "Poison message (conflict): other content; queue=order_placed bytes=57",
              "Poison message (malformed): the body is not strict JSON: it does not begin"
                  + " with { (line 1, column 1);"
                  + " queue=order_placed bytes=1 message_id=m-1",
              "Poison message (malformed): the body is not strict JSON: it does not begin"
                  + " with { (line 1, column 1);"
                  + " queue=order_placed bytes=1"),
          log.at("WARN"));
    }
  }

  @Test
  void poisonMessageIsDeadLetteredAloneWithAllItsContent() throws Exception {
    byte[] body = {'{', (byte) 0xFF, 0, 'x'};
    MessageProperties properties =
        Amqp.properties(
            new BasicProperties.Builder()
                .messageId("m-1")
                .correlationId("c-1")
                .replyTo("somewhere")
                .priority(3)
                .expiration("60000")
                .headers(Map.of("tenant", "acme", "attempt", 7, "CC", "elsewhere")));
    put("before");
    broker.put(new Message("order_events", "order.placed", properties, body));
    put("after");
    assertWorked();
    assertEffects("after", "before");
    Message dead = deadLetters().getFirst();
    assertEquals(1, deadLetters().size());
    assertEquals("", dead.exchange());
    assertEquals("order_placed_dlq", dead.routingKey());
    assertArrayEquals(body, dead.body());
    assertEquals("m-1", dead.properties().messageId());
    assertEquals("acme", dead.properties().header("tenant"));
    assertEquals(7, dead.properties().headers().get("attempt"));
    assertEquals("elsewhere", dead.properties().header("x-orderflow-original-CC"));
    assertEquals("60000", dead.properties().header("x-orderflow-original-expiration"));
    assertEquals("malformed", dead.properties().header(DeadLetter.REASON));
    assertEquals("order_events", dead.properties().header(DeadLetter.EXCHANGE));
    assertEquals("order.placed", dead.properties().header(DeadLetter.ROUTING_KEY));
    assertEquals("2026-01-01T00:00:00Z", dead.properties().header(DeadLetter.AT));
  }

  @Test
  void conflictingOrderIsDeadLetteredAndTheFirstStays() throws Exception {
    put("a");
    broker.put(message(new OrderPlaced("a", "widget", 2, "u")));
    assertWorked();
    assertEffects("a");
    assertEquals(List.of("conflict"), reasons());
  }

  @Test
  void deadLetterIsWrittenOnceAfterFailedCommits() throws Exception {
    putPoison();
    store.onWrite(Fault.FULL, Fault.BUSY);
    assertBlocked();
    assertBlocked();
    assertEquals(List.of(), deadLetters());
    assertWorked();
    assertEquals(List.of("malformed"), reasons());
  }

  @Test
  void messageThatFailsIsDeadLetteredAndTheOthersAreHandled() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    assertWorked();
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
    assertEquals(3, subscription.acked().getFirst().size());
    assertEquals(
        List.of(
            List.of("a", "bad", "b"),
            List.of("a"),
            List.of("bad"),
            List.of("bad"),
            List.of("bad"),
            List.of(),
            List.of("b")),
        handler.transactions());
  }

  @Test
  void storeFaultWhileABatchIsSplitLosesNoMessage() throws Exception {
    handler.throwFor("bad");
    put("a", "bad", "b");
    store.onWrite(Fault.NONE, Fault.NONE, Fault.NONE, Fault.FULL, Fault.NONE, Fault.BUSY);
    for (int tries = 0; subscription.acked().isEmpty() && tries < 10; tries++) {
      consumer.step();
    }
    assertEffects("a", "b");
    assertEquals(List.of("processing"), reasons());
  }

  /** A store that refuses even a dead letter is at fault itself. */
  @Test
  void deadLetterRefusedByTheStoreIsRetriedAndNotAcknowledged() throws Exception {
    putPoison();
    store.onWrite(Fault.REFUSED, Fault.REFUSED, Fault.REFUSED);
    assertBlocked();
    assertEquals(0, subscription.acked().size());
    assertWorked();
    assertEquals(List.of("malformed"), reasons());
    assertEquals(1, subscription.acked().size());
  }

  @ParameterizedTest
  @EnumSource(names = {"CRASH_AFTER_COMMIT", "COMMIT_RESULT_LOST"})
  void deadLetterThatIsWrittenAgainHasTheSameId(Fault fault) throws Exception {
    put("a");
    putPoison("m-1");
    putPoison("m-2");
    store.onWrite(fault);
    if (fault == Fault.CRASH_AFTER_COMMIT) {
      crash();
    } else {
      assertBlocked();
    }
    assertWorked();
    assertEffects("a");
    assertEquals(2, Set.copyOf(ids()).size());
    assertEquals(ids().subList(0, 2), ids().subList(2, 4));
    assertEquals(1, subscription.acked().size());
  }

  @Test
  void poisonMessagesWithTheSameBytesAreEachDeadLettered() throws Exception {
    put("a");
    putPoison();
    assertWorked();
    assertEquals(1, reasons().size());
    put("b");
    putPoison();
    store.onWrite(Fault.CRASH_BEFORE_COMMIT);
    crash();
    assertWorked();
    assertEquals(2, reasons().size(), "the same bytes, but another message");
    putPoison();
    assertWorked();
    assertEquals(3, reasons().size());
  }

  @Test
  void copiesOfAPoisonMessageHaveDeadLettersWithOneId() throws Exception {
    var poison =
        new Message(
            "order_events",
            "order.placed",
            MessageProperties.persistent("m-1"),
            "x".getBytes(UTF_8));
    broker.put(poison);
    broker.put(poison);
    assertWorked();
    subscription.disconnect();
    connect();
    broker.put(poison);
    assertWorked();
    assertEquals(List.of("malformed", "malformed", "malformed"), reasons());
    assertEquals(1, Set.copyOf(ids()).size());
    assertEquals(0, broker.waiting(QUEUE).size());
  }

  @Test
  void deadLetterMovedBackByHandGetsAnotherId() throws Exception {
    broker.put(
        new Message(
            "order_events",
            "order.placed",
            MessageProperties.persistent("m-1"),
            "x".getBytes(UTF_8)));
    assertWorked();
    Message deadLetter = deadLetters().getFirst();
    broker.put(new Message("", QUEUE, deadLetter.properties(), deadLetter.body()));
    assertWorked();
    assertEquals(2, Set.copyOf(ids()).size());
  }

  @Test
  void replayIsRecordedOnceItsOrderIsHandled() throws Exception {
    broker.put(replay(new OrderPlaced("a", "widget", 1, "u"), "2"));
    broker.put(replay(new OrderPlaced("a", "widget", 1, "u"), "2"));
    broker.put(replay(new OrderPlaced("a", "widget", 9, "u"), "3"));
    put("b");
    assertWorked();
    assertEquals(
        Map.of("replays", List.of(Map.of("number", 2L, "at", clock.instant().toString()))),
        replays("a"));
    assertEquals(Map.of("replays", List.of()), replays("b"));
    assertEquals(List.of("conflict"), reasons());
  }
}
