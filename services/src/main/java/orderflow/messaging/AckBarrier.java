package orderflow.messaging;

/** Tells whether the broker is known to have processed what was settled before it was asked. */
@FunctionalInterface
public interface AckBarrier {
  boolean isReached();
}
