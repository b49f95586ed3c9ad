package orderflow.service;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.time.Duration;
import java.util.stream.LongStream;

/** Makes a histogram of each timer, with the same buckets from 1 ms to 30 s. */
final class Buckets implements MeterFilter {
  private static final double[] NANOS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
          .toArray();

  @Override
  public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
    return id.getType() == Meter.Type.TIMER
        ? DistributionStatisticConfig.builder().serviceLevelObjectives(NANOS).build().merge(config)
        : config;
  }
}
