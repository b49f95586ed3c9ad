package orderflow.simulation;

import orderflow.store.MemoryStore;
import orderflow.store.Store;
import orderflow.testing.FaultyStore;

/** A real store in which any transaction may fail, or be the process's last. */
final class SimulatedStore implements Store {
  private final MemoryStore memory;
  private final FaultyStore faulty;
  private final Chaos chaos;

  SimulatedStore(MemoryStore memory, Chaos chaos) {
    this.memory = memory;
    this.faulty = new FaultyStore(memory);
    this.chaos = chaos;
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    return faulty.onWrite(fault()).write(durability, work);
  }

  private FaultyStore.Fault fault() {
    if (chaos.strikes(Fault.BUSY)) {
      return FaultyStore.Fault.BUSY;
    }
    if (chaos.strikes(Fault.FULL)) {
      return FaultyStore.Fault.FULL;
    }
    if (chaos.strikes(Fault.COMMIT_FAILS)) {
      return FaultyStore.Fault.FAILED_BEFORE_COMMIT;
    }
    if (chaos.strikes(Fault.COMMIT_ANSWER_LOST)) {
      return FaultyStore.Fault.ANSWER_LOST;
    }
    if (chaos.strikes(Fault.CRASH, 0.3)) {
      return FaultyStore.Fault.CRASH_BEFORE_COMMIT;
    }
    return chaos.strikes(Fault.CRASH, 0.3)
        ? FaultyStore.Fault.CRASH_AFTER_COMMIT
        : FaultyStore.Fault.NONE;
  }

  @Override
  public <T> T read(Work<T> work) {
    if (chaos.strikes(Fault.BUSY, 0.3)) {
      faulty.onRead(FaultyStore.Fault.BUSY);
    }
    return faulty.read(work);
  }

  /** Undoes some of what was committed relaxed. */
  void cutPower() {
    memory.cutPower(chaos.below(memory.unsynced() + 1));
  }

  /** What is on record, without any fault. */
  MemoryStore memory() {
    return memory;
  }

  @Override
  public void probe() {
    faulty.onWrite(fault()).probe();
  }

  @Override
  public void close() {}
}
