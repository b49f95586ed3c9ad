package orderflow.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.rabbitmq.client.AMQP;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Topology;
import orderflow.testing.ScriptedBroker;
import orderflow.testing.ScriptedPublisher;
import orderflow.testing.ScriptedSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReplayTest {
  private static final String DEAD_LETTERS = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  private final ScriptedBroker broker = new ScriptedBroker();
  private final ScriptedPublisher publisher = broker.publisher();
  private final Deque<ScriptedPublisher> opened = new ArrayDeque<>(List.of(publisher));
  private final Map<Long, String> bodies = new HashMap<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> open = new ArrayList<>();
  private final ScriptedSubscription deadLetters = broker.subscription(DEAD_LETTERS);
  private final Replay replay = replay(text -> true);

  @Test
  void messageIsAckedOnlyAfterTheConfirm() throws Exception {
    put("a", "b");
    worked();
    assertEquals(List.of(1L, 2L), publisher.published());
    publisher.confirm(2);
    worked();
    assertEquals(1, replay.replayed());
    deadLetters.disconnect();
    assertEquals(List.of("a"), waiting(DEAD_LETTERS), "its confirm was outstanding");
    assertEquals(List.of("b"), waiting(Topology.ORDER_PLACED));
  }

  /** The consumer recognises the copy; a removed dead letter could not be restored. */
  @Test
  void crashBetweenConfirmAndAckMakesACopyAndNoLoss() throws Exception {
    put("a");
    worked();
    publisher.confirm(1);
    deadLetters.disconnect();
    assertThrows(MessagingException.class, replay::step);
    assertEquals(List.of("a"), waiting(DEAD_LETTERS));
    assertEquals(List.of("a"), waiting(Topology.ORDER_PLACED));
    assertEquals(0, replay.replayed());
  }

  @Test
  void unselectedMessageStays() throws Exception {
    put("a", "b", "c");
    opened.add(publisher);
    Replay some = replay("b"::equals);
    publisher.confirmingAtOnce();
    assertInstanceOf(StepResult.Worked.class, some.step());
    assertInstanceOf(StepResult.Idle.class, some.step());
    some.close();
    assertEquals(1, some.replayed());
    assertEquals(List.of("a", "c"), waiting(DEAD_LETTERS));
    assertEquals(List.of("b"), waiting(Topology.ORDER_PLACED));
  }

  @Test
  void returnedMessageStays() throws Exception {
    put("a");
    broker.delete(Topology.ORDER_PLACED);
    publisher.confirmingAtOnce();
    worked();
    assertEquals(
        List.of("a: no queue takes messages for key '" + Topology.ORDER_PLACED + "'"), failed);
    assertEquals(0, replay.outstanding());
    assertEquals(0, replay.replayed());
    replay.close();
    assertEquals(List.of("a"), waiting(DEAD_LETTERS));
  }

  /** Published without its headers, the message would lose them for good. */
  @Test
  void messageWithTooLargeHeadersStaysAndOthersAreReplayed() throws Exception {
    put("a");
    broker.put(
        new Message(
            "",
            DEAD_LETTERS,
            MessageProperties.persistent("m".repeat(250)),
            "long".getBytes(UTF_8)));
    put("b");
    publisher.withRoomFor(200).confirmingAtOnce();
    worked();
    assertEquals(1, failed.size());
    assertTrue(failed.getFirst().startsWith("long: its headers do not fit"), failed::getFirst);
    assertEquals(2, replay.replayed());
    assertEquals(0, replay.outstanding());
    replay.close();
    assertEquals(List.of("long"), waiting(DEAD_LETTERS));
    assertEquals(List.of("a", "b"), waiting(Topology.ORDER_PLACED));
  }

  @Test
  void nackedMessageStaysAndOthersAreSentOnce() throws Exception {
    put("a", "b", "c");
    worked();
    publisher.confirm(1);
    publisher.nack(2);
    publisher.confirm(3);
    worked();
    assertEquals(List.of("b: the broker refused a message (nack)"), failed);
    assertEquals(2, replay.replayed());
    assertEquals(0, replay.sentTwice());
    assertEquals(List.of("a", "c"), waiting(Topology.ORDER_PLACED));
    replay.close();
    assertEquals(List.of("b"), waiting(DEAD_LETTERS));
  }

  /** Otherwise it would block all others, and its neighbours would be resent repeatedly. */
  @Test
  void messageThatClosesTheChannelIsFoundAndOthersAreReplayed() throws Exception {
    put("a", "b", "astray", "c", "d");
    worked();
    publisher.confirm(1);
    publisher.take(2);
    publisher.closeChannel(AMQP.PRECONDITION_FAILED, "refused");
    Stream.generate(() -> broker.publisher().confirmingAtOnce()).limit(3).forEach(opened::add);
    for (int i = 0; i < 10; i++) {
      replay.step();
    }
    assertEquals(List.of("astray: no queue takes messages for key 'nowhere'"), failed);
    assertEquals(4, replay.replayed());
    assertEquals(
        4,
        replay.sentTwice(),
        "the messages that were unconfirmed when the first publisher failed");
    assertEquals(List.of("a", "b", "b", "c", "d"), waiting(Topology.ORDER_PLACED));
    replay.close();
    assertEquals(List.of("astray"), waiting(DEAD_LETTERS));
  }

  @Test
  void forbiddenPublishSendsNothingTwice() throws Exception {
    put("a", "b");
    publisher.refusingAccess();
    Stream.generate(() -> broker.publisher().refusingAccess()).limit(3).forEach(opened::add);
    for (int i = 0; i < 3; i++) {
      replay.step();
    }
    assertEquals(List.of("a: access refused", "b: access refused"), failed);
    assertEquals(2, opened.size(), "one more connection shows that the broker refuses all of them");
    assertEquals(0, replay.sentTwice());
  }

  @Test
  void lostBrokerEndsTheReplay() throws Exception {
    put("a");
    worked();
    publisher.disconnect();
    assertThrows(MessagingException.class, replay::step);
    replay.close();
    assertEquals(List.of("a"), waiting(DEAD_LETTERS));
  }

  @Test
  void unconfirmedMessagesAreReportedAtTheEnd() throws Exception {
    put("a", "b", "c");
    worked();
    publisher.confirm(1);
    publisher.disconnect();
    assertThrows(MessagingException.class, replay::step);
    replay.end(Duration.ZERO);
    assertEquals(List.of("a?", "b?", "c?"), open);
  }

  @Test
  void confirmedButUnackedMessagesAreReportedAtTheEnd() throws Exception {
    put("a", "b", "c");
    worked();
    deadLetters.disconnect();
    publisher.confirm(1);
    assertThrows(MessagingException.class, replay::step);
    publisher.confirm(2);
    replay.end(Duration.ofMillis(20));
    assertEquals(List.of("a", "b", "c?"), open);
    assertEquals(List.of("a", "b", "c"), waiting(DEAD_LETTERS));
  }

  @Test
  void ackWithoutBarrierIsReportedAtTheEnd() throws Exception {
    put("a");
    worked();
    deadLetters.withholdAckBarriers();
    publisher.confirm(1);
    worked();
    assertEquals(1, replay.outstanding());
    replay.end(Duration.ofMillis(20));
    assertEquals(List.of("a"), open);
  }

  @Test
  void firstMessagesForAnExchangeGoAlone() throws Exception {
    put("a", "elsewhere", "b");
    worked();
    assertEquals(List.of(1L), publisher.published());
    publisher.confirm(1);
    worked();
    worked();
    assertEquals(List.of(1L, 2L), publisher.published());
    publisher.closeChannel(AMQP.ACCESS_REFUSED, "access refused");
    opened.add(broker.publisher().confirmingAtOnce());
    for (int i = 0; i < 4; i++) {
      replay.step();
    }
    assertEquals(List.of("elsewhere: access refused"), failed);
    assertEquals(0, replay.sentTwice());
    assertEquals(List.of("a", "b"), waiting(Topology.ORDER_PLACED));
  }

  @Test
  void alarmStopsPublishingAndConfirmedMessagesAreAcked() throws Exception {
    put("a");
    worked();
    put("b");
    publisher.confirm(1);
    publisher.block("low on disk");
    StepResult.Blocked blocked = assertInstanceOf(StepResult.Blocked.class, replay.step());
    assertTrue(blocked.reason().contains("low on disk"), blocked::reason);
    assertEquals(1, replay.replayed());
    assertEquals(List.of(1L), publisher.published());
    publisher.unblock();
    worked();
    assertEquals(List.of(1L, 2L), publisher.published());
  }

  @Test
  void unconfirmedMessagesAreBounded() throws Exception {
    put(IntStream.range(0, ScriptedPublisher.WINDOW + 1).mapToObj(n -> "m" + n));
    for (int i = 0; i < 20; i++) {
      replay.step();
    }
    assertEquals(ScriptedPublisher.WINDOW, publisher.published().size());
    assertEquals(1, broker.waiting(DEAD_LETTERS).size());
    assertInstanceOf(StepResult.Idle.class, replay.step());
    publisher.confirm(1);
    worked();
    worked();
    assertEquals(ScriptedPublisher.WINDOW + 1, publisher.published().size());
  }

  /** A step is bounded, so that the replay can stop and notices alarms. */
  @Test
  void stepTakesAtMostABatch() throws Exception {
    put(IntStream.range(0, 150).mapToObj(n -> "m" + n));
    worked();
    assertEquals(100, publisher.published().size());
    worked();
    assertEquals(150, publisher.published().size());
  }

  @Test
  void stepWaitsForMessagesOrConfirms() throws Exception {
    assertInstanceOf(StepResult.Idle.class, replay.step());
    assertTrue(
        deadLetters.waits().getLast().isPositive(), "without dead letters it waits for them");
    assertEquals(Duration.ZERO, publisher.waits().getLast());
    put("a");
    worked();
    assertTrue(publisher.waits().getLast().isPositive(), "without confirms it waits for them");
    assertInstanceOf(StepResult.Idle.class, replay.step());
    assertEquals(Duration.ZERO, deadLetters.waits().getLast());
    assertTrue(publisher.waits().getLast().isPositive());
  }

  @Test
  void drainWaitsForOutstandingConfirms() throws Exception {
    put("a", "b", "c");
    worked();
    publisher.confirmingOneALook();
    replay.drain(Duration.ofDays(1));
    assertEquals(3, replay.replayed());
    replay.close();
    assertEquals(List.of(), waiting(DEAD_LETTERS));
  }

  @Test
  void drainEndsAtItsLimit() throws Exception {
    put("a", "b");
    worked();
    publisher.confirm(2);
    replay.drain(Duration.ofMillis(20));
    assertEquals(1, replay.replayed());
    replay.close();
    assertEquals(List.of("a"), waiting(DEAD_LETTERS));
  }

  @Test
  void closeClosesBothConnections() throws Exception {
    put("a");
    worked();
    replay.close();
    assertThrows(MessagingException.class, () -> publisher.confirmedIds(Duration.ZERO));
    assertThrows(MessagingException.class, () -> deadLetters.poll(1, Duration.ZERO));
    assertEquals(List.of("a"), waiting(DEAD_LETTERS));
  }

  private Replay replay(Predicate<String> chosen) {
    return new Replay(
        deadLetters,
        this::next,
        new Replay.Decider() {
          @Override
          public Optional<Message> messageFor(Delivery deadLetter) {
            String text = text(deadLetter.body());
            bodies.put(deadLetter.tag(), text);
            Message message = DeadLetter.replay(deadLetter);
            return !chosen.test(text)
                ? Optional.empty()
                : text.equals("elsewhere")
                    ? Optional.of(new Message("other", "", message.properties(), message.body()))
                    : text.equals("astray")
                        ? Optional.of(
                            new Message("", "nowhere", message.properties(), message.body()))
                        : Optional.of(message);
          }

          @Override
          public void ended(long tag, Replay.Result result, String why) {
            switch (result) {
              case REPLAYED -> {}
              case FAILED, NACKED -> failed.add(bodies.get(tag) + ": " + why);
              case NOT_REMOVED -> open.add(bodies.get(tag));
              case UNKNOWN -> open.add(bodies.get(tag) + "?");
            }
          }
        });
  }

  private ScriptedPublisher next() {
    ScriptedPublisher next = opened.poll();
    if (next == null) {
      throw new MessagingException("the broker is gone");
    }
    return next;
  }

  private void worked() throws InterruptedException {
    assertInstanceOf(StepResult.Worked.class, replay.step());
  }

  private void put(String... bodies) {
    put(List.of(bodies).stream());
  }

  private void put(Stream<String> bodies) {
    bodies.forEach(body ->
        broker.put(new Message("", DEAD_LETTERS, MessageProperties.none(), body.getBytes(UTF_8))));
  }

  private List<String> waiting(String queue) {
    return broker.waiting(queue).stream().map(message -> text(message.body())).toList();
  }

  private static String text(byte[] body) {
    return new String(body, UTF_8);
  }
}
