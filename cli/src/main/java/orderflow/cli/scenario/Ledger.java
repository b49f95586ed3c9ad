package orderflow.cli.scenario;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import orderflow.cli.client.OrderClient.Fate;

/** What the clients of a run were told about each of their orders. Thread-safe. */
final class Ledger implements BiConsumer<String, Fate> {
  private final Map<String, Integer> accepted = new ConcurrentHashMap<>();
  private final Set<String> inDoubt = ConcurrentHashMap.newKeySet();

  @Override
  public void accept(String orderId, Fate fate) {
    switch (fate) {
      case ACCEPTED -> accepted.merge(orderId, 1, Integer::sum);
      // A service that says no for want of time may have stored the order all the same.
      case REJECTED, UNKNOWN -> inDoubt.add(orderId);
    }
  }

  /** How many orders were accepted so far. */
  int acceptedCount() {
    return accepted.size();
  }

  /** The accepted orders, and how often each was. */
  Map<String, Integer> accepted() {
    return new TreeMap<>(accepted);
  }

  /** The orders that were sent and never accepted: they may be on record or not. */
  Set<String> inDoubt() {
    Set<String> never = new TreeSet<>(inDoubt);
    never.removeAll(accepted.keySet());
    return never;
  }
}
