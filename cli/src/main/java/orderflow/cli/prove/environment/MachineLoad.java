package orderflow.cli.prove.environment;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/** How busy this machine is: by its load average, and by a measurement, for a CPU quota. */
public final class MachineLoad {
  private static final double MOST = 6;
  private static final long WORK_NANOS = Duration.ofMillis(50).toNanos();
  private static final long WORK_LIMIT_NANOS = Duration.ofSeconds(2).toNanos();

  private MachineLoad() {}

  /** How many times longer work takes than on an idle machine; from 1 to 6. */
  public static double slowdown() {
    double load = loadAverage() / Runtime.getRuntime().availableProcessors();
    return Math.clamp(Math.max(load, stretch()), 1, MOST);
  }

  /** Of the last minute; negative where it is not available. */
  private static double loadAverage() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** The ratio of elapsed time to CPU time of some work. */
  private static double stretch() {
    var threads = ManagementFactory.getThreadMXBean();
    if (!threads.isCurrentThreadCpuTimeSupported()) {
      return 1;
    }
    long start = System.nanoTime();
    long cpuStart = threads.getCurrentThreadCpuTime();
    long cpu = 0;
    while (cpu < WORK_NANOS && System.nanoTime() - start < WORK_LIMIT_NANOS) {
      cpu = threads.getCurrentThreadCpuTime() - cpuStart;
    }
    return (double) (System.nanoTime() - start) / Math.max(1, cpu);
  }

  /** Human-readable. */
  public static String description() {
    return String.format(
        Locale.ROOT,
        "load %.1f on %d cores",
        Math.max(0, loadAverage()),
        Runtime.getRuntime().availableProcessors());
  }
}
