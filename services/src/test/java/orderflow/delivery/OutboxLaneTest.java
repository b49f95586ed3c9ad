package orderflow.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import orderflow.delivery.Outbox.Publication;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.testing.FaultyStore;
import org.junit.jupiter.api.Test;

class OutboxLaneTest extends RelayFixture {
  @Test
  void timeOfPublishIsRecordedWithTheConfirm() throws Exception {
    append(2);
    relay.step();
    clock.advance(Duration.ofSeconds(1));
    append(1);
    relay.step();
    clock.advance(Duration.ofSeconds(1));
    publisher.confirm(1);
    publisher.confirm(3);
    relay.step();
    assertEquals(Optional.of(NOW), publishedAt(1), "when it was sent, not when it was confirmed");
    assertEquals(Optional.empty(), publishedAt(2), "it waits");
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(3));

    publisher.confirm(2);
    relay.step();

    assertEquals(Optional.of(NOW), publishedAt(1));
    assertEquals(Optional.of(NOW), publishedAt(2));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(3));
    assertEquals(Optional.empty(), publishedAt(4), "there is no such entry yet");
  }

  /** During an alarm the broker confirms messages long after they were sent. */
  @Test
  void timesOfPublishAndConfirmAreRecorded() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.step();
    publisher.block("low on memory");
    clock.advance(Duration.ofSeconds(40));
    publisher.confirm(2);
    relay.step();
    publisher.unblock();
    clock.advance(Duration.ofSeconds(7));
    relay.step();
    assertEquals(Optional.of(new Publication(NOW, NOW)), publication(1));
    assertEquals(Optional.of(new Publication(NOW, NOW.plusSeconds(40))), publication(2));
  }

  @Test
  void entryOfAnOlderSchemaHasNoTimeOfConfirm() {
    real.write(
        Durability.RELAXED,
        tx -> tx.update("INSERT INTO published (up_to, at) VALUES (9, ?)", NOW.toEpochMilli()));
    assertEquals(Optional.of(new Publication(NOW, null)), publication(9));
  }

  @Test
  void resentEntryHasTheTimeOfItsLastPublish() throws Exception {
    append(2);
    relay.step();
    publisher.confirm(1);
    relay.step();
    publisher.disconnect();
    assertThrows(MessagingException.class, () -> relay.step());
    relay.close();
    clock.advance(Duration.ofSeconds(1));
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(Optional.of(NOW), publishedAt(1));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(2));
  }

  @Test
  void migratedEntriesAreMovedToTheirLanes() throws Exception {
    openFromBeforeTheLanes(1, 2, 3, 4);
    assertEquals(NOW.plusSeconds(2).toEpochMilli(), real.read(outbox.deadLetters()::oldestMillis));
    append(1);
    appendDeadLetters(6, 6);
    for (Lane each : List.of(outbox.events(), outbox.deadLetters())) {
      lane = each;
      connect(broker.publisher().confirmingAtOnce());
      publishAll();
    }
    assertEquals(List.of("o-1", "o-3", "o-1"), arrived());
    assertEquals(List.of("2", "4", "6"), deadLetters());
  }

  @Test
  void migratedDeadLettersAreRenumberedForTheDepth() throws Exception {
    openFromBeforeTheLanes(5, 6, 900_004, 900_005);
    assertEquals(2, real.read(outbox.deadLetters()::depth));
    lane = outbox.deadLetters();
    connect(broker.publisher().confirmingAtOnce());
    publishAll();
    assertEquals(List.of("6", "900004"), deadLetters());
  }

  @Test
  void idsAreNeverReused() throws Exception {
    connect(broker.publisher().confirmingAtOnce());
    append(2);
    publishAll();
    assertEquals(List.of(), entries());
    append(1);
    publishAll();
    assertEquals(List.of(1L, 2L, 3L), publisher.published());
    assertEquals(List.of(), entries());
  }

  @Test
  void deletionRemovesExactlyTheGivenIds() {
    append(10);
    Map<Long, Instant> sent = new HashMap<>();
    LongStream.rangeClosed(1, 7).forEach(id -> sent.put(id, NOW));
    LongStream.rangeClosed(8, 10).forEach(id -> sent.put(id, NOW.plusSeconds(1)));
    forget(List.of(), sent);
    forget(List.of(1L, 2L, 4L, 6L, 7L, 8L, 10L), sent);
    assertEquals(Optional.of(NOW), publishedAt(7));
    assertEquals(Optional.of(NOW.plusSeconds(1)), publishedAt(8));
    assertEquals(List.of(3L, 5L, 9L), entries());
    assertEquals(7L, real.read(outbox::depth));
    assertEquals(NOW.toEpochMilli(), real.read(outbox::oldestMillis));
  }

  @Test
  void emptyOutboxHasNoDepthAndNoOldestEntry() {
    assertEquals(0L, real.read(outbox::depth));
    assertEquals(0L, real.read(outbox::oldestMillis));
  }

  @Test
  void readIsBoundedByCountAndBytes() {
    append(5);
    int size = real.read(tx -> lane.read(tx, 0, 1, 1)).getFirst().message().body().length;
    assertEquals(2, real.read(tx -> lane.read(tx, 0, 2, Long.MAX_VALUE)).size());
    assertEquals(1, real.read(tx -> lane.read(tx, 0, 5, 1)).size());
    assertEquals(1, real.read(tx -> lane.read(tx, 0, 5, size)).size());
    assertEquals(2, real.read(tx -> lane.read(tx, 0, 5, size + 1)).size());
    assertEquals(4L, real.read(tx -> lane.read(tx, 3, 5, 1)).getFirst().id());
  }

  @Test
  void messageIsReadAsItWasAppended() {
    append(1);
    Message message = real.read(tx -> lane.read(tx, 0, 1, 1)).getFirst().message();
    assertEquals("order_events", message.exchange());
    assertEquals("order.placed", message.routingKey());
    assertEquals("OrderPlaced:o-1", message.properties().messageId());
    assertEquals("OrderPlaced", message.properties().type());
    assertEquals(Map.of(), message.properties().headers());
  }

  private Optional<Publication> publication(long id) {
    return real.read(tx -> outbox.publication(tx, id));
  }

  private void forget(List<Long> ids, Map<Long, Instant> sent) {
    real.write(
        Durability.RELAXED,
        tx -> {
          lane.delete(tx, ids, sent::get, NOW);
          return ids.size();
        });
  }

  private Optional<Instant> publishedAt(long id) {
    return real.read(tx -> outbox.publication(tx, id)).map(Publication::at);
  }

  /** With an entry for each of {@code ids}; the even ones are dead letters. */
  private void openFromBeforeTheLanes(int... ids) {
    real.close();
    Path file = folder.resolve("old");
    Schema old =
        Schema.of(List.of(Outbox.SCHEMA, Outbox.PUBLISHED_SCHEMA)).then(Outbox.CONFIRMED_SCHEMA);
    try (Store before = SqliteStore.open(file, old)) {
      before.write(
          Durability.SYNCED,
          tx -> {
            for (int id : ids) {
              Message message =
                  id % 2 == 0 ? deadLetter(id) : Message.of(order("o-" + id), NOW, "test");
              tx.update(
                  "INSERT INTO outbox (id, exchange, routing_key, properties, body, appended_at)"
                      + " VALUES (?, ?, ?, ?, ?, ?)",
                  id,
                  message.exchange(),
                  message.routingKey(),
                  message.properties().encode(),
                  message.body(),
                  NOW.plusSeconds(id).toEpochMilli());
            }
            return ids.length;
          });
    }
    real = SqliteStore.open(file, old.then(Outbox.LANES_SCHEMA));
    store = new FaultyStore(real);
  }
}
