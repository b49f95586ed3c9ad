package orderflow.messaging;

/** A point in the stream of acks that the broker has processed or not. */
@FunctionalInterface
public interface AckBarrier {
  /** Whether the broker has processed all acks that were sent before the barrier. */
  boolean isReached();
}
