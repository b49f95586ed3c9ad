package orderflow.simulation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/** Runs many seeds in parallel, one thread per processor. */
final class SeedRunner {
  /** The first seed, of every test here: {@code -Dsim.from}. */
  static final long FROM = Long.getLong("sim.from", 1);

  private final Map<SimulatedFault, Long> faults = new EnumMap<>(SimulatedFault.class);
  private final Map<String, Long> paths = new TreeMap<>();
  private final List<Simulation.Result> failures = new ArrayList<>();
  private long runs;
  private long steps;
  private long orders;

  /**
   * Runs seeds from {@code from} on.
   *
   * @param enough whether to stop, given the number of failures; called after each
   */
  static SeedRunner run(PlantedFault planted, long from, long count, LongPredicate enough)
      throws Exception {
    var seeds = new SeedRunner();
    var next = new AtomicLong(from);
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Callable<Void> work =
            () -> {
              seeds.work(planted, next, from + count, enough);
              return null;
            };
        running.add(pool.submit(work));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    return seeds;
  }

  /** Runs one seed with a trace. */
  static Simulation.Result traced(long seed) throws InterruptedException {
    try (var stores = new SimulationStores()) {
      return Simulation.run(seed, PlantedFault.NONE, stores, true);
    }
  }

  private void work(PlantedFault planted, AtomicLong next, long end, LongPredicate enough)
      throws InterruptedException {
    try (var stores = new SimulationStores()) {
      for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
        if (add(Simulation.run(seed, planted, stores, false)) && enough.test(failures().size())) {
          next.set(end);
        }
      }
    }
  }

  private synchronized boolean add(Simulation.Result result) {
    runs++;
    steps += result.steps();
    orders += result.orders();
    result.faults().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum));
    result.paths().forEach((path, count) -> paths.merge(path, (long) count, Long::sum));
    if (!result.violations().isEmpty()) {
      failures.add(result);
    }
    return !result.violations().isEmpty();
  }

  synchronized List<Simulation.Result> failures() {
    return List.copyOf(failures);
  }

  /** One line of figures. */
  synchronized String report() {
    long crashes =
        faults.getOrDefault(SimulatedFault.CRASH, 0L)
            + faults.getOrDefault(SimulatedFault.POWER_CUT, 0L);
    long all = faults.values().stream().mapToLong(Long::longValue).sum();
    return "%,d seeds: %,d steps, %,d orders, %,d faults, of them %,d crashes; %d failed %s %s"
        .formatted(runs, steps, orders, all, crashes, failures.size(), faults, paths);
  }
}
