package orderflow.cli.prove.schedule;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.cli.prove.schedule.FaultSchedule.Entry;
import orderflow.failpoint.Failpoint;

/**
 * Draws schedules. Faults of different parts may overlap, unless one keeps the effect of the other
 * from being seen.
 */
public final class RandomSchedule {
  /** A crash comes some batches later, not always at the first one. */
  private static final int MOST_PASSES = 5;

  private static final int MOST_ATTEMPTS = 1_000;

  /** Orders first flow without a fault. */
  private static final double FIRST = 1;

  private static final ServiceName[] SERVICES = ServiceName.values();

  private final Random random;

  /** What a fault hits, and what must work so that its effect shows. */
  private enum Part {
    ORDER,
    INVENTORY,
    NOTIFICATION,
    BROKER
  }

  private enum Kind {
    KILL(0.2, 3),
    STOP(0.5, 2),
    PAUSE(1.5, 5),
    CRASH(0.5, 1),
    BROKER(0.5, 3),
    NETWORK(2, 5);

    private final double least;
    private final double most;

    Kind(double least, double most) {
      this.least = least;
      this.most = most;
    }
  }

  public RandomSchedule(Random random) {
    this.random = random;
  }

  /** Faults of all kinds within {@code seconds}; fewer than {@code count} if they do not fit. */
  public FaultSchedule mixed(double seconds, int count) {
    return mixed(seconds, count, SERVICES);
  }

  /** The same, in which one service at most ends, so that the others grow old. */
  public FaultSchedule endingOneService(double seconds, int count) {
    return mixed(seconds, count, oneOf(SERVICES));
  }

  private FaultSchedule mixed(double seconds, int count, ServiceName... ending) {
    List<Entry> entries = new ArrayList<>();
    for (int attempt = 0; attempt < MOST_ATTEMPTS && entries.size() < count; attempt++) {
      Kind kind = oneOf(Kind.values());
      double length = between(kind.least, kind.most);
      double from = between(FIRST, seconds - length);
      var entry = new Entry(from, from + length, fault(kind, ending));
      if (entries.stream().noneMatch(other -> areInConflict(entry, other))) {
        entries.add(entry);
      }
    }
    return new FaultSchedule(entries);
  }

  /** {@code count} kills of one service within {@code seconds}. */
  public FaultSchedule kills(ServiceName service, double seconds, int count) {
    List<Entry> entries = new ArrayList<>();
    double each = (seconds - FIRST) / count;
    for (int kill = 0; kill < count; kill++) {
      double start = FIRST + kill * each;
      double from = between(start, start + each / 2);
      double until = between(from + Kind.KILL.least, start + each);
      entries.add(new Entry(from, until, new EnvironmentFault.Killed(service)));
    }
    return new FaultSchedule(entries);
  }

  private EnvironmentFault fault(Kind kind, ServiceName... ending) {
    return switch (kind) {
      case KILL -> new EnvironmentFault.Killed(oneOf(ending));
      case STOP -> new EnvironmentFault.Stopped(oneOf(ending));
      case PAUSE -> new EnvironmentFault.Paused(oneOf(SERVICES));
      case CRASH -> {
        ServiceName service = oneOf(ending);
        yield crash(service, oneOf(Failpoints.of(service).toArray(Failpoint[]::new)));
      }
      case BROKER ->
          random.nextBoolean()
              ? new EnvironmentFault.BrokerStopped()
              : new EnvironmentFault.BrokerKilled();
      case NETWORK -> new EnvironmentFault.Network(oneOf(Mode.values()));
    };
  }

  /** A crash at {@code point}, at one of its first passes. */
  public EnvironmentFault.CrashAt crash(ServiceName service, Failpoint point) {
    return new EnvironmentFault.CrashAt(service, point, 1 + random.nextInt(MOST_PASSES));
  }

  private double between(double least, double most) {
    return least + random.nextDouble() * (most - least);
  }

  private <T> T oneOf(T[] all) {
    return all[random.nextInt(all.length)];
  }

  private static boolean areInConflict(Entry one, Entry other) {
    boolean overlap = one.from() <= other.until() && other.from() <= one.until();
    if (!overlap) {
      return false;
    }
    Part hit = hit(one.fault());
    Part otherHit = hit(other.fault());
    return hit == otherHit
        || needed(one.fault()).contains(otherHit)
        || needed(other.fault()).contains(hit);
  }

  private static Part hit(EnvironmentFault fault) {
    return fault
        .target()
        .map(service ->
            switch (service) {
              case ORDER -> Part.ORDER;
              case INVENTORY -> Part.INVENTORY;
              case NOTIFICATION -> Part.NOTIFICATION;
            })
        .orElse(Part.BROKER);
  }

  private static Set<Part> needed(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.CrashAt(var service, var point, _) -> needed(service, point);
      case EnvironmentFault.Network(var mode) when mode == Mode.SLOW || mode == Mode.CUT ->
          EnumSet.of(Part.ORDER, Part.INVENTORY);
      default -> EnumSet.noneOf(Part.class);
    };
  }

  private static Set<Part> needed(ServiceName service, Failpoint point) {
    return switch (service) {
      case ORDER ->
          switch (point) {
            case ACCEPT_COMMIT_BEFORE, ACCEPT_COMMIT_AFTER, ACCEPT_ANSWER_BEFORE ->
                EnumSet.noneOf(Part.class);
            case RELAY_PUBLISH_AFTER, RELAY_CONFIRM_AFTER, RELAY_DELETE_AFTER ->
                EnumSet.of(Part.BROKER);
            default -> EnumSet.of(Part.BROKER, Part.INVENTORY);
          };
      case INVENTORY -> EnumSet.of(Part.BROKER, Part.ORDER);
      case NOTIFICATION -> EnumSet.of(Part.BROKER, Part.ORDER, Part.INVENTORY);
    };
  }
}
