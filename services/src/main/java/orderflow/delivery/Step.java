package orderflow.delivery;

/** What one step of a {@link Session} came to. */
public sealed interface Step {
  /** Something was done; there may be more. */
  record Worked() implements Step {}

  /** There was nothing to do; whatever it needs works, as far as can be told. */
  record Idle() implements Step {}

  /** A part of the work cannot be done, which is a fault; the rest goes on without a pause. */
  record Impaired(String why) implements Step {}

  /** It cannot go on just now; the same step is to be tried again after a pause. */
  record Blocked(String why) implements Step {}
}
