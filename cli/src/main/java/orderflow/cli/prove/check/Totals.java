package orderflow.cli.prove.check;

import java.util.List;

/**
 * How many orders reached each state; every accepted order must be in one, once. All but {@code
 * accepted} are -1 when the run was not checked.
 */
public record Totals(
    long accepted,
    long reserved,
    long failed,
    long deadLettered,
    long notified,
    List<String> lost,
    List<String> doubleEffects) {
  public static final Totals EMPTY = new Totals(0, 0, 0, 0, 0, List.of(), List.of());

  /** For a run whose orders were not checked. */
  public static Totals notJudged(long accepted) {
    return new Totals(accepted, -1, -1, -1, -1, List.of(), List.of());
  }

  public boolean isJudged() {
    return reserved >= 0;
  }
}
