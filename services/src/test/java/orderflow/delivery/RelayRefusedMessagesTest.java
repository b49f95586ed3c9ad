package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import orderflow.event.InventoryOutcome.Status;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Topology;
import org.junit.jupiter.api.Test;

class RelayRefusedMessagesTest extends RelayFixture {
  /** The session goes on: a nack is about one message. */
  @Test
  void nackedMessageIsKeptAndItsNeighboursAreDeleted() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.nack(2);
    publisher.confirm(3);
    assertImpaired(
        "order_placed refuses messages (full, or without a majority of its replicas)",
        relay.step());
    assertEquals(List.of(2L), entries());
    assertEquals(List.of(1L, 2L, 3L), publisher.published(), "nothing is sent again at once");
  }

  @Test
  void returnedMessageIsKeptAndItsNeighboursAreDeleted() throws Exception {
    append(3);
    relay.step();
    publisher.confirm(1);
    publisher.giveBack(2);
    publisher.confirm(3);
    assertImpaired(
        "no queue takes messages for key 'order.placed'; it is for order_placed", relay.step());
    assertEquals(List.of(2L), entries());
  }

  @Test
  void refusedMessageIsRetriedAloneWithBackOff() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    publisher.nack(2);
    relay.step();
    relay.step();
    assertEquals(List.of(1L, 2L), publisher.published());
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofSeconds(1));
      relay.step();
      if (publisher.outstanding() > 0) {
        publisher.nack(2);
        relay.step();
      }
    }
    long tries = publisher.published().stream().filter(id -> id == 2).count();
    assertTrue(tries >= 20 && tries <= 30, () -> "so many tries in 100 s: " + tries);
    clock.advance(Duration.ofSeconds(5));
    relay.step();
    publisher.confirm(2);
    relay.step();
    assertEquals(List.of(), entries());
    assertInstanceOf(StepResult.Idle.class, relay.step());
  }

  /** RabbitMQ may keep refusing a channel although the queue has room again. */
  @Test
  void newChannelIsOpenedAfterManyNacksOfRetries() throws Exception {
    append(1);
    relay.step();
    publisher.nack(1);
    StepResult step = relay.step();
    int retries = 0;
    while (!(step instanceof StepResult.Reopen) && retries < 100) {
      assertInstanceOf(StepResult.Impaired.class, step);
      clock.advance(Duration.ofSeconds(5));
      relay.step();
      publisher.nack(1);
      retries++;
      step = relay.step();
    }
    assertEquals(10, retries);
    assertEquals(
        new StepResult.Reopen(
            "order_placed refuses messages (full, or without a majority of its replicas)"),
        step);

    connect(broker.publisher().confirmingAtOnce());
    clock.advance(Duration.ofSeconds(5));
    publishAll();
    assertEquals(List.of(), entries());
  }

  /** All its dead letters are for one queue, so the first that is refused keeps the others. */
  @Test
  void refusedDeadLetterKeepsTheOthersInOrder() throws Exception {
    broker.limit(DEAD_LETTERS, 1);
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    appendDeadLetters(1, 3);
    publishAll();
    assertEquals(List.of("1"), deadLetters());
    appendDeadLetters(4, 600);
    for (int i = 0; i < 50; i++) {
      clock.advance(Duration.ofMillis(200));
      assertImpaired(
          DEAD_LETTERS + " refuses messages (full, or without a majority of its replicas)",
          relay.step());
    }
    assertTrue(publisher.published().size() < 20, () -> publisher.published().toString());
    assertEquals(List.of("1"), deadLetters(), "no copies");
    broker.limit(DEAD_LETTERS, 10_000);
    clock.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 20 && !entries().isEmpty(); i++) {
      relay.step();
    }
    assertEquals(IntStream.rangeClosed(1, 600).mapToObj(String::valueOf).toList(), deadLetters());
  }

  @Test
  void refusingDestinationBlocksNoOtherLane() throws Exception {
    broker.limit(DEAD_LETTERS, 0);
    appendDeadLetters(1, 3);
    append(3);
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    lane = outbox.events();
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of("o-1", "o-2", "o-3"), arrived());
    assertEquals(3, real.read(outbox::depth));
    assertEquals(0, real.read(outbox.events()::depth));
  }

  /** Inventory's outcomes: those that failed do not wait for a queue that only the others need. */
  @Test
  void otherEventsBypassAFewRefusedOnes() throws Exception {
    broker.limit(Topology.INVENTORY_RESERVED, 0);
    connect(broker.publisher().confirmingAtOnce());
    for (int i = 0; i < 200; i++) {
      append(outcome("r-" + i, i % 10 == 0 ? Status.RESERVED : Status.FAILED));
    }
    publishAll();
    assertEquals(180, broker.waiting(Topology.ORDER_OUTCOME).size());
    assertEquals(20, entries().size());
    assertEquals(20, real.read(outbox::depth), "published messages do not count");
    for (int i = 0; i < 200; i++) {
      append(outcome("s-" + i, Status.RESERVED));
    }
    for (int i = 0; i < 20; i++) {
      relay.step();
    }
    assertEquals(180 + RefusedMessages.MAX_BYPASSED, publisher.published().size(), "then all wait");
    broker.limit(Topology.INVENTORY_RESERVED, 1_000);
    clock.advance(Duration.ofSeconds(5));
    for (int i = 0; i < 300 && !entries().isEmpty(); i++) {
      relay.step();
    }
    assertEquals(List.of(), entries());
    assertEquals(220, broker.waiting(Topology.INVENTORY_RESERVED).size());
  }

  /** A wall clock that was wrong and was put right again. */
  @Test
  void clockSetBackDelaysNoRetry() throws Exception {
    clock.advance(Duration.ofDays(1));
    append(1);
    relay.step();
    publisher.nack(1);
    relay.step();
    clock.advance(Duration.ofDays(-1));
    relay.step();
    assertEquals(List.of(1L, 1L), publisher.published());
  }

  /** The message that closes the channel is found by sending those around it one by one, once. */
  @Test
  void messageThatClosesTheChannelIsFoundAndWaitsAlone() throws Exception {
    append(10);
    for (int i = 0; i < 12; i++) {
      connect(broker.publisher().confirmingAtOnce().closingAt("o-4"));
      try {
        for (int n = 0; n < 20; n++) {
          relay.step();
        }
        break;
      } catch (MessagingException e) {
        relay.close();
      }
    }
    assertEquals(List.of(4L), entries());
    assertEquals(
        List.of("o-1", "o-2", "o-3", "o-5", "o-6", "o-7", "o-8", "o-9", "o-10"),
        arrived().stream().distinct().toList());
    assertImpaired("message size 5 is larger than configured max size 4", relay.step());
    clock.advance(Duration.ofMinutes(1));
    assertThrows(MessagingException.class, () -> relay.step(), "it is tried again alone");
    append(1);
    connect(broker.publisher().confirmingAtOnce().closingAt("o-4"));
    relay.step();
    relay.step();
    assertEquals(List.of(4L), entries(), "others pass");
    clock.advance(Duration.ofMinutes(1));
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of(), entries());
  }

  /** A broker that confirms nothing does not get a full window on each attempt. */
  @Test
  void afterADisconnectWithoutConfirmsOneMessageIsSentFirst() throws Exception {
    append(100);
    relay.step();
    assertEquals(100, publisher.published().size());
    publisher.disconnect();
    assertThrows(MessagingException.class, () -> relay.step());
    for (int i = 0; i < 3; i++) {
      connect(broker.publisher());
      assertImpaired("the connection was lost", relay.step());
      assertImpaired("the connection was lost", relay.step());
      assertEquals(List.of(1L), publisher.published());
      publisher.disconnect();
      assertThrows(MessagingException.class, () -> relay.step());
    }
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of(), entries());
    assertEquals(100, publisher.published().size());
  }

  /** {@link TopologyKeeper} redeclares a deleted queue. */
  @Test
  void unroutableMessagesArePublishedOnceTheirQueueIsRedeclared() throws Exception {
    append(2);
    broker.delete(Topology.ORDER_PLACED);
    connect(broker.publisher().confirmingAtOnce());
    relay.step();
    relay.step();
    assertEquals(List.of(1L, 2L), entries());
    broker.declare(Topology.ORDER_PLACED);
    clock.advance(Duration.ofSeconds(5));
    publishAll();
    assertEquals(List.of("o-1", "o-2"), arrived());
  }
}
