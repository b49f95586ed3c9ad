package orderflow.inventory;

import java.util.Locale;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import orderflow.event.OrderPlaced;

/** Fault injection: which orders fail although there is stock. */
public enum FailMode {
  NONE,
  ALWAYS,
  /** Each order with the given probability, decided once and then remembered with the order. */
  PROB;

  Predicate<OrderPlaced> predicate(double probability, RandomGenerator random) {
    return switch (this) {
      case NONE -> order -> false;
      case ALWAYS -> order -> true;
      case PROB -> order -> random.nextDouble() < probability;
    };
  }

  /** As it is named on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
