package orderflow.delivery;

import orderflow.messaging.DeadLetter.Reason;

/** Counts the committed messages of a consumer. Called by the consumer's thread. */
public interface ConsumerMetrics {
  /** Counts nothing. */
  ConsumerMetrics NONE =
      new ConsumerMetrics() {
        @Override
        public void handled(Disposition disposition) {}

        @Override
        public void deadLettered(Reason reason) {}
      };

  void handled(Disposition disposition);

  void deadLettered(Reason reason);
}
