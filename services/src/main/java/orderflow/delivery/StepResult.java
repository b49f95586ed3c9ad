package orderflow.delivery;

/** The result of one step of a {@link WorkLoop}. */
public sealed interface StepResult {
  /** Something was done; there may be more. */
  record Worked() implements StepResult {}

  /** There was nothing to do, and no fault is known. */
  record Idle() implements StepResult {}

  /** A part of the work is impossible, which is a fault; the rest goes on without a pause. */
  record Impaired(String reason) implements StepResult {}

  /** The step cannot be done now; try it again after a pause. */
  record Blocked(String reason) implements StepResult {}

  /** The loop may work again on a new connection: end it and open the next one. */
  record Reopen(String reason) implements StepResult {}
}
