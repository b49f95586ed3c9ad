package orderflow.cli.prove.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Leaves steps out of a list that fails until none can be left out any more: halves first, then
 * quarters, down to single steps (delta debugging). Bounded in runs.
 *
 * @param <T> the steps
 */
public final class ScheduleShortener<T> {
  private final Trial<T> trial;
  private final int mostRuns;
  private int runs;

  /** A run with some of the steps. */
  @FunctionalInterface
  public interface Trial<T> {
    boolean fails(List<T> steps) throws InterruptedException;
  }

  /**
   * The shortest list that was found.
   *
   * @param isMinimal whether each of the steps was found to be necessary
   */
  public record Shortened<T>(List<T> steps, int runs, boolean isMinimal) {}

  public ScheduleShortener(int mostRuns, Trial<T> trial) {
    this.mostRuns = mostRuns;
    this.trial = trial;
  }

  /**
   * @param failing was seen to fail
   */
  public Shortened<T> shorten(List<T> failing) throws InterruptedException {
    List<T> steps = List.copyOf(failing);
    if (steps.isEmpty() || fails(List.of())) {
      return new Shortened<>(List.of(), runs, true);
    }
    int parts = Math.min(2, steps.size());
    while (runs < mostRuns) {
      List<T> shorter = shorter(steps, parts);
      if (shorter.size() < steps.size()) {
        steps = shorter;
        parts = Math.clamp(parts - 1L, Math.min(2, steps.size()), steps.size());
        if (steps.size() == 1) {
          return new Shortened<>(steps, runs, true); // without any it does not fail
        }
      } else if (runs >= mostRuns) {
        break;
      } else if (parts == steps.size()) {
        return new Shortened<>(steps, runs, true);
      } else {
        parts = Math.min(steps.size(), 2 * parts);
      }
    }
    return new Shortened<>(steps, runs, false);
  }

  /** Without the first of {@code parts} equal parts that is not needed; all steps if each is. */
  private List<T> shorter(List<T> steps, int parts) throws InterruptedException {
    for (int part = 0; part < parts && runs < mostRuns; part++) {
      List<T> rest = new ArrayList<>(steps.subList(0, part * steps.size() / parts));
      rest.addAll(steps.subList((part + 1) * steps.size() / parts, steps.size()));
      if (!rest.isEmpty() && fails(rest)) {
        return rest;
      }
    }
    return steps;
  }

  private boolean fails(List<T> steps) throws InterruptedException {
    runs++;
    return trial.fails(List.copyOf(steps));
  }
}
