package orderflow.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import orderflow.delivery.Disposition;
import orderflow.delivery.Handler;
import orderflow.delivery.Lane;
import orderflow.delivery.Replay;
import orderflow.delivery.UnconfirmedRelay;
import orderflow.delivery.WorkLoop;
import orderflow.event.Event;
import orderflow.event.InventoryOutcome;
import orderflow.event.OrderPlaced;
import orderflow.inventory.InventoryTestDriver;
import orderflow.messaging.Delivery;
import orderflow.messaging.ForwardingSubscription;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.notification.NotificationTestDriver;
import orderflow.notification.NotificationTestDriver.SendResult;
import orderflow.notification.NotificationTestDriver.SentContent;
import orderflow.order.OrderTestDriver;
import orderflow.store.ForwardingStore;
import orderflow.store.Store;
import orderflow.store.Tx;
import org.jspecify.annotations.Nullable;

/** Well-known mistakes in flows like this one, each of which the checker has to find. */
final class PlantedFaults {
  static final Map<String, PlantedFault> ALL = all();

  private static Map<String, PlantedFault> all() {
    Map<String, PlantedFault> all = new TreeMap<>(PlantedOutboxFaults.ALL);
    all.put("dedupe in memory", new DedupeInMemory());
    all.put("ack before commit", new AckBeforeCommit());
    all.put("publish without confirm", new PublishWithoutConfirm());
    all.put("mark before confirm", new MarkBeforeConfirm());
    all.put("outbox row outside the transaction", new OutboxOutsideTheTransaction());
    all.put("ack of an unresolved lower tag", new AckOfAnUnresolvedTag());
    all.put("replay that acks first", new ReplayThatAcksFirst());
    all.put("commit without fsync", new CommitWithoutFsync());
    all.put("confirm for all in between", new ConfirmForAllInBetween());
    all.put("mail for each copy", new MailForEachCopy());
    all.put("mail sent twice", new MailSentTwice());
    all.put("overload answered as accepted", new OverloadAnsweredAsAccepted());
    all.put("outbox without a bound", new OutboxWithoutBound());
    return all;
  }

  private PlantedFaults() {}

  private static final class DedupeInMemory extends PlantedFault {
    @Override
    Handler<OrderPlaced> inventory(Handler<OrderPlaced> handler) {
      return new ForgetfulHandler(handler);
    }
  }

  /** Remembers orders in memory only. */
  private record ForgetfulHandler(Handler<OrderPlaced> handler, Set<String> seen)
      implements Handler<OrderPlaced> {
    ForgetfulHandler(Handler<OrderPlaced> handler) {
      this(handler, new HashSet<>());
    }

    @Override
    public String queue() {
      return handler.queue();
    }

    @Override
    public List<Event.Type> accepts() {
      return handler.accepts();
    }

    @Override
    public OrderPlaced decode(byte[] body) {
      return handler.decode(body);
    }

    @Override
    public List<Disposition> apply(Tx tx, List<OrderPlaced> orders, Instant now) {
      for (OrderPlaced order : orders) {
        if (!seen.contains(order.orderId())) {
          InventoryTestDriver.forget(tx, order.orderId());
        }
      }
      return handler.apply(tx, orders, now);
    }

    @Override
    public void committed(List<OrderPlaced> orders, List<Disposition> dispositions) {
      orders.forEach(order -> seen.add(order.orderId()));
      handler.committed(orders, dispositions);
    }
  }

  private static final class AckBeforeCommit extends PlantedFault {
    @Override
    Subscription subscription(Subscription subscription) {
      return new HastySubscription(subscription);
    }
  }

  private static final class HastySubscription extends ForwardingSubscription {
    HastySubscription(Subscription real) {
      super(real);
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
      List<Delivery> batch = super.poll(max, wait);
      if (!batch.isEmpty()) {
        super.ackAll(batch);
      }
      return batch;
    }

    @Override
    public void ackAll(List<Delivery> batch) {}

    @Override
    public void ack(Delivery delivery) {}
  }

  private static final class PublishWithoutConfirm extends PlantedFault {
    @Override
    WorkLoop relay(Store store, Lane lane, Publisher publisher, Clock clock) {
      return super.relay(store, lane, new TrustfulPublisher(publisher, new ArrayList<>()), clock);
    }
  }

  /** Treats a publish as a confirm. */
  private record TrustfulPublisher(Publisher real, List<Long> published) implements Publisher {
    @Override
    public void publish(long id, Message message) {
      real.publish(id, message);
      published.add(id);
    }

    @Override
    public boolean fits(Message message) {
      return real.fits(message);
    }

    @Override
    public Confirms confirms(Duration wait) throws InterruptedException {
      real.confirms(wait);
      long[] ids = published.stream().mapToLong(Long::longValue).toArray();
      published.clear();
      return new Confirms(ids, List.of());
    }

    @Override
    public int outstanding() {
      return 0;
    }

    @Override
    public int remainingCapacity() {
      return real.remainingCapacity();
    }

    @Override
    public Optional<String> blockedReason() {
      return real.blockedReason();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static final class MarkBeforeConfirm extends PlantedFault {
    @Override
    WorkLoop relay(Store store, Lane lane, Publisher publisher, Clock clock) {
      return new UnconfirmedRelay(store, lane, publisher);
    }
  }

  private static final class OutboxOutsideTheTransaction extends PlantedFault {
    @Override
    Store store(Store store) {
      return new TornStore(store);
    }
  }

  /** Writes outbox rows in a transaction of their own, behind the one they belong to. */
  private static final class TornStore extends ForwardingStore {
    TornStore(Store real) {
      super(real);
    }

    @Override
    public <T> T write(Durability durability, Work<T> work) {
      var torn = new TornTx();
      T result =
          super.write(
              durability,
              tx -> {
                torn.real = tx;
                return work.run(torn);
              });
      if (!torn.later.isEmpty()) {
        super.write(
            durability,
            tx -> {
              torn.later.forEach(row -> {
                @Nullable Object[] arguments = row.arguments();
                tx.update(row.sql(), arguments);
              });
              return torn.later.size();
            });
      }
      return result;
    }
  }

  private static final class TornTx implements Tx {
    private final List<Statement> later = new ArrayList<>();
    private Tx real = this;

    private record Statement(String sql, @Nullable Object[] arguments) {}

    @Override
    public int update(String sql, @Nullable Object... arguments) {
      return real.update(sql, arguments);
    }

    @Override
    public long insert(String sql, @Nullable Object... arguments) {
      later.add(new Statement(sql, arguments));
      return later.size();
    }

    @Override
    public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... arguments) {
      return real.query(sql, mapper, arguments);
    }

    @Override
    public void each(String sql, Predicate<Row> visitor, @Nullable Object... arguments) {
      real.each(sql, visitor, arguments);
    }
  }

  private static final class AckOfAnUnresolvedTag extends PlantedFault {
    @Override
    Subscription subscription(Subscription subscription) {
      return new ReorderingSubscription(subscription);
    }
  }

  /** Keeps the first message of a batch for the next batch, below the tag that is acked. */
  private static final class ReorderingSubscription extends ForwardingSubscription {
    private @Nullable Delivery kept;

    ReorderingSubscription(Subscription real) {
      super(real);
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
      List<Delivery> batch = new ArrayList<>(super.poll(max, wait));
      if (kept != null) {
        batch.addFirst(kept);
        kept = null;
      } else if (batch.size() > 1) {
        kept = batch.removeFirst();
      }
      return batch;
    }
  }

  private static final class ReplayThatAcksFirst extends PlantedFault {
    @Override
    WorkLoop replay(
        Subscription deadLetters,
        Supplier<Publisher> opening,
        Function<Delivery, Optional<Message>> choice) {
      return new Replay(
          new AckedSubscription(deadLetters),
          opening,
          deadLetter -> {
            Optional<Message> message = choice.apply(deadLetter);
            if (message.isPresent()) {
              deadLetters.ack(deadLetter);
            }
            return message;
          });
    }
  }

  /** Its messages were acknowledged when they were chosen. */
  private static final class AckedSubscription extends ForwardingSubscription {
    AckedSubscription(Subscription real) {
      super(real);
    }

    @Override
    public void ackAll(List<Delivery> batch) {}

    @Override
    public void ack(Delivery delivery) {}
  }

  private static final class CommitWithoutFsync extends PlantedFault {
    @Override
    Store store(Store store) {
      return new RelaxedStore(store);
    }
  }

  private static final class RelaxedStore extends ForwardingStore {
    RelaxedStore(Store real) {
      super(real);
    }

    @Override
    public <T> T write(Durability durability, Work<T> work) {
      return super.write(Durability.RELAXED, work);
    }
  }

  private static final class ConfirmForAllInBetween extends PlantedFault {
    @Override
    WorkLoop relay(Store store, Lane lane, Publisher publisher, Clock clock) {
      return super.relay(store, lane, new GapFillingPublisher(publisher), clock);
    }
  }

  /** Treats the confirms of two messages as confirms of all between them. */
  private record GapFillingPublisher(Publisher real) implements Publisher {
    @Override
    public void publish(long id, Message message) {
      real.publish(id, message);
    }

    @Override
    public boolean fits(Message message) {
      return real.fits(message);
    }

    @Override
    public Confirms confirms(Duration wait) throws InterruptedException {
      Confirms confirms = real.confirms(wait);
      long[] ids = confirms.confirmed();
      return ids.length < 2
          ? confirms
          : new Confirms(
              LongStream.rangeClosed(
                      LongStream.of(ids).min().orElseThrow(),
                      LongStream.of(ids).max().orElseThrow())
                  .toArray(),
              List.of());
    }

    @Override
    public int outstanding() {
      return real.outstanding();
    }

    @Override
    public int remainingCapacity() {
      return real.remainingCapacity();
    }

    @Override
    public Optional<String> blockedReason() {
      return real.blockedReason();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static final class MailForEachCopy extends PlantedFault {
    @Override
    Handler<InventoryOutcome> notification(Handler<InventoryOutcome> handler) {
      return new InsistentHandler(handler);
    }
  }

  /** Sends a notification again for each duplicate of its event. */
  private record InsistentHandler(Handler<InventoryOutcome> handler)
      implements Handler<InventoryOutcome> {
    @Override
    public String queue() {
      return handler.queue();
    }

    @Override
    public List<Event.Type> accepts() {
      return handler.accepts();
    }

    @Override
    public InventoryOutcome decode(byte[] body) {
      return handler.decode(body);
    }

    @Override
    public List<Disposition> apply(Tx tx, List<InventoryOutcome> outcomes, Instant now) {
      List<Disposition> dispositions = handler.apply(tx, outcomes, now);
      for (int i = 0; i < dispositions.size(); i++) {
        if (dispositions.get(i) instanceof Disposition.Duplicate) {
          NotificationTestDriver.sendAgain(tx, outcomes.get(i).orderId());
        }
      }
      return dispositions;
    }

    @Override
    public void committed(List<InventoryOutcome> outcomes, List<Disposition> dispositions) {
      handler.committed(outcomes, dispositions);
    }
  }

  private static final class MailSentTwice extends PlantedFault {
    @Override
    Function<SentContent, SendResult> notifier(Function<SentContent, SendResult> notifier) {
      return content ->
          notifier.apply(content) == SendResult.SENT ? notifier.apply(content) : SendResult.REFUSED;
    }
  }

  private static final class OverloadAnsweredAsAccepted extends PlantedFault {
    @Override
    OrderTestDriver.Responses responses(OrderTestDriver.Responses responses) {
      return new Optimistic(responses);
    }
  }

  private record Optimistic(OrderTestDriver.Responses responses)
      implements OrderTestDriver.Responses {
    @Override
    public void status(int place, int status) {
      responses.status(place, status == 503 ? 202 : status);
    }

    @Override
    public void none(int place, Throwable why) {
      responses.none(place, why);
    }
  }

  private static final class OutboxWithoutBound extends PlantedFault {
    @Override
    long outboxLimit(long limit) {
      return Long.MAX_VALUE;
    }
  }
}
