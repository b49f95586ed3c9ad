package orderflow.simulation;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import orderflow.testing.SimulatedCrash;
import org.jspecify.annotations.Nullable;

/**
 * The random decisions of a run, from one seed. Each run draws its own rate for each fault and
 * leaves some faults out, so that runs differ in kind.
 */
final class SimulatedChance {
  private static final double MOST_OFTEN = 0.08;
  private static final double LEAST_OFTEN = 0.002;

  private final SplittableRandom random;
  private final Map<SimulatedFault, Double> rates = new EnumMap<>(SimulatedFault.class);
  private final Map<SimulatedFault, Integer> counts = new EnumMap<>(SimulatedFault.class);
  private final Map<String, Integer> paths = new TreeMap<>();
  private final List<String> trace = new ArrayList<>();
  private final boolean tracing;
  private boolean calm;
  private int steps;

  SimulatedChance(long seed, boolean tracing) {
    // Seeds in a row must not give runs that are alike.
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1).split();
    this.tracing = tracing;
    for (SimulatedFault fault : SimulatedFault.values()) {
      boolean left = random.nextInt(3) == 0;
      double span = Math.log(MOST_OFTEN / LEAST_OFTEN);
      rates.put(fault, left ? 0 : LEAST_OFTEN * Math.exp(span * random.nextDouble()));
      counts.put(fault, 0);
    }
  }

  /** Whether {@code fault} happens now; never after {@link #calmDown}. */
  boolean strikes(SimulatedFault fault) {
    return strikes(fault, 1);
  }

  /** As {@link #strikes(SimulatedFault)}, {@code weight} times as often. */
  boolean strikes(SimulatedFault fault, double weight) {
    boolean struck = !calm && random.nextDouble() < rates.getOrDefault(fault, 0.0) * weight;
    if (struck) {
      counts.merge(fault, 1, Integer::sum);
      note("!", fault);
    }
    return struck;
  }

  /** The process may crash here. */
  void maybeCrash(String where) {
    if (strikes(SimulatedFault.CRASH, 0.2)) {
      note("  at:", where);
      throw new SimulatedCrash();
    }
  }

  /** A number from 0 to {@code bound} - 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A generator for the code under test. */
  RandomGenerator random() {
    return random;
  }

  /** Ends all faults. */
  void calmDown() {
    calm = true;
    note("== calm");
  }

  boolean isCalm() {
    return calm;
  }

  void step() {
    steps++;
  }

  int steps() {
    return steps;
  }

  Map<SimulatedFault, Integer> counts() {
    return counts;
  }

  int counts(SimulatedFault fault) {
    return counts.getOrDefault(fault, 0);
  }

  /** Counts a path that is rarely reached. */
  void reached(String path) {
    paths.merge(path, 1, Integer::sum);
    note("* reached:", path);
  }

  Map<String, Integer> paths() {
    return paths;
  }

  /** Adds a line to the trace of the run. */
  void note(@Nullable Object... words) {
    if (tracing) {
      trace.add(
          "%5d ".formatted(steps)
              + Arrays.stream(words).map(String::valueOf).collect(joining(" ")));
    }
  }

  boolean isTracing() {
    return tracing;
  }

  List<String> trace() {
    return trace;
  }
}
