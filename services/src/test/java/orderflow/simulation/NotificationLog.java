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
 * The notifications that one sender sends. It must not send one twice: only a crash between sending
 * and recording allows a repetition by the next sender, and a recorded one is never repeated.
 */
final class NotificationLog {
  private final SimulatedChance chance;
  private final SimulationHistory history;
  private final MemoryStore memory;
  private final Set<String> sent = new HashSet<>();
  private final Set<String> unrecorded = new HashSet<>();

  NotificationLog(SimulatedChance chance, SimulationHistory history, MemoryStore memory) {
    this.chance = chance;
    this.history = history;
    this.memory = memory;
  }

  SendResult send(SentContent content) {
    chance.maybeCrash("before a notification");
    if (chance.strikes(SimulatedFault.NOTIFIER_FAILS)) {
      return chance.oneIn(2) ? SendResult.REFUSED : SendResult.UNREACHABLE;
    }
    if (!sent.add(content.orderId())) {
      history.violate("notified again: %s, by the same sender".formatted(content.orderId()));
    }
    unrecorded.add(content.orderId());
    history.notified(content);
    chance.maybeCrash("after a notification");
    return SendResult.SENT;
  }

  /** A store for the sender that notices recorded notifications, also after a failed commit. */
  Store watched(Store store) {
    return new WatchedStore(store, this);
  }

  private void updateRecorded() {
    unrecorded.removeIf(id -> {
      boolean sent = memory.read(tx -> NotificationTestDriver.isSent(tx, id));
      if (sent) {
        history.recordedAsSent(id);
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
        log.updateRecorded();
      }
    }

    @Override
    public void close() {}
  }
}
