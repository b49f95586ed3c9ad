package orderflow.delivery;

/** What one step of a {@link WorkLoop} came to. */
public sealed interface StepResult {
  /** Something was done; there may be more. */
  record Worked() implements StepResult {}

  /** There was nothing to do; whatever it needs works, as far as can be told. */
  record Idle() implements StepResult {}

  /** A part of the work cannot be done, which is a fault; the rest goes on without a pause. */
  record Impaired(String reason) implements StepResult {}

  /** It cannot go on just now; the same step is to be tried again after a pause. */
  record Blocked(String reason) implements StepResult {}
}
