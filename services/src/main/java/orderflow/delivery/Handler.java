package orderflow.delivery;

import java.time.Instant;
import java.util.List;
import orderflow.event.Event;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.store.Tx;

/**
 * What a service does with the events of one queue. Called by one thread at a time.
 *
 * @param <E> the events of that queue
 */
public interface Handler<E extends Event> {
  /** The queue it consumes. */
  String queue();

  /** Which events belong into that queue. */
  List<Event.Type> accepts();

  /**
   * @throws orderflow.event.InvalidEventException when {@code body} is not such an event
   */
  E decode(byte[] body);

  /**
   * Records each event and applies its effect, all in {@code tx}. Throws nothing for an event it
   * can judge.
   *
   * @return one verdict an event, in order
   */
  List<Disposition> apply(Tx tx, List<E> events, Instant now);

  /**
   * Called once {@code tx} has committed, with what {@link #apply} returned. What it throws is
   * logged, and changes nothing.
   */
  void committed(List<E> events, List<Disposition> verdicts);

  /** Called once a message that is no event for it, or was rejected, has its dead letter. */
  default void deadLettered(Reason reason) {}
}
