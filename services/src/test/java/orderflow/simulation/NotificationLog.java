package orderflow.simulation;

import java.util.HashSet;
import java.util.Set;
import orderflow.notification.NotificationTestDriver;
import orderflow.notification.NotificationTestDriver.SendResult;
import orderflow.notification.NotificationTestDriver.SentContent;
import orderflow.store.ForwardingStore;
import orderflow.store.MemoryStore;
import orderflow.store.Store;

/**
 * What one sender tells, from its start to its end. A sender tells nobody twice: only one that
 * ended before it had marked what it sent leaves it to be sent once more, and nothing is sent once
 * it is on record as sent.
 */
final class NotificationLog {
  private final SimulatedChance chaos;
  private final SimulationHistory ledger;
  private final MemoryStore memory;
  private final Set<String> told = new HashSet<>();
  private final Set<String> unmarked = new HashSet<>();

  NotificationLog(SimulatedChance chaos, SimulationHistory ledger, MemoryStore memory) {
    this.chaos = chaos;
    this.ledger = ledger;
    this.memory = memory;
  }

  SendResult send(SentContent telling) {
    chaos.maybeCrash("before a telling");
    if (chaos.strikes(SimulatedFault.NOTIFIER_FAILS)) {
      return chaos.oneIn(2) ? SendResult.REFUSED : SendResult.UNREACHABLE;
    }
    if (!told.add(telling.orderId())) {
      ledger.violate("told again: %s, by the same sender".formatted(telling.orderId()));
    }
    unmarked.add(telling.orderId());
    ledger.notified(telling);
    chaos.maybeCrash("after a telling");
    return SendResult.SENT;
  }

  /** {@code store} for the sender, to see what it marks, whatever it is answered. */
  Store watched(Store store) {
    return new WatchedStore(store, this);
  }

  private void look() {
    unmarked.removeIf(id -> {
      boolean sent = memory.read(tx -> NotificationTestDriver.isSent(tx, id));
      if (sent) {
        ledger.recordedAsSent(id);
      }
      return sent;
    });
  }

  private static final class WatchedStore extends ForwardingStore {
    private final NotificationLog log;

    WatchedStore(Store real, NotificationLog log) {
      super(real);
      this.log = log;
    }

    @Override
    public <T> T write(Durability durability, Work<T> work) {
      try {
        return super.write(durability, work);
      } finally {
        log.look();
      }
    }

    @Override
    public void close() {}
  }
}
