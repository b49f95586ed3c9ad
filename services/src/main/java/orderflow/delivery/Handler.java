package orderflow.delivery;

import java.time.Instant;
import java.util.List;
import orderflow.event.Event;
import orderflow.store.Tx;

/**
 * Handles the events of one queue. Called by one thread at a time.
 *
 * @param <E> the events of that queue
 */
public interface Handler<E extends Event> {
  /** The queue it consumes. */
  String queue();

  /** The event types that belong in the queue. */
  List<Event.Type> accepts();

  /**
   * @throws orderflow.event.InvalidEventException when {@code body} is not such an event
   */
  E decode(byte[] body);

  /**
   * Records each event and applies its effect, all in {@code tx}. Throws only for events whose
   * disposition it cannot determine.
   *
   * @return one disposition for each event, in order
   */
  List<Disposition> apply(Tx tx, List<E> events, Instant now);

  /**
   * Called after the commit, with the result of {@link #apply}. Its exceptions are logged and
   * change nothing.
   */
  default void committed(List<E> events, List<Disposition> dispositions) {}
}
