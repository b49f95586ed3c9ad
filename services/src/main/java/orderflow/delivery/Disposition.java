package orderflow.delivery;

import orderflow.messaging.DeadLetter.Reason;

/** The result of handling one consumed event. */
public sealed interface Disposition {
  /**
   * It was new and had its effect.
   *
   * @param result the effect in a word, for logs and metrics
   */
  record Effect(String result) implements Disposition {}

  /** The same event was seen before: no second effect. */
  record Duplicate() implements Disposition {}

  /** It is to be dead-lettered. */
  record Rejected(Reason reason, String detail) implements Disposition {}
}
