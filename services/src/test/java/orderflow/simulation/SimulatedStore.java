package orderflow.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import orderflow.messaging.DeadLetter;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.store.ForwardingStore;
import orderflow.store.MemoryStore;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.store.Tx;
import orderflow.testing.FaultyStore;
import orderflow.testing.SimulatedCrash;
import org.jspecify.annotations.Nullable;

/**
 * A real store in which any transaction may fail or crash the process, and that records in the
 * history which messages were committed to the outbox.
 */
final class SimulatedStore implements Store {
  /** The store refuses each record with an id that begins like this. */
  static final String CURSED = "cursed-";

  /** Writing a record with an id that begins like this crashes the process. */
  static final String DEADLY = "deadly-";

  private static final int LONGEST_REFUSAL = 6;

  private final MemoryStore memory;
  private final FaultyStore faulty;
  private final SimulatedChance chance;
  private final SimulationHistory history;
  private int refusals;
  private boolean unanswered;

  SimulatedStore(MemoryStore memory, SimulatedChance chance, SimulationHistory history) {
    this.memory = memory;
    this.faulty = new FaultyStore(new WatchedStore(memory));
    this.chance = chance;
    this.history = history;
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    FaultyStore.Fault fault = fault();
    unanswered = fault == FaultyStore.Fault.COMMIT_RESULT_LOST;
    return faulty.onWrite(fault).write(durability, work);
  }

  private FaultyStore.Fault fault() {
    if (refusals > 0 && !chance.isCalm()) {
      refusals--;
      return FaultyStore.Fault.REFUSED;
    }
    if (chance.strikes(SimulatedFault.REFUSED, 0.2)) {
      refusals = chance.below(LONGEST_REFUSAL);
      return FaultyStore.Fault.REFUSED;
    }
    if (chance.strikes(SimulatedFault.BUSY)) {
      return FaultyStore.Fault.BUSY;
    }
    if (chance.strikes(SimulatedFault.FULL)) {
      return FaultyStore.Fault.FULL;
    }
    if (chance.strikes(SimulatedFault.COMMIT_FAILS)) {
      return FaultyStore.Fault.FAILED_BEFORE_COMMIT;
    }
    if (chance.strikes(SimulatedFault.COMMIT_RESULT_LOST)) {
      return FaultyStore.Fault.COMMIT_RESULT_LOST;
    }
    if (chance.strikes(SimulatedFault.CRASH, 0.3)) {
      return FaultyStore.Fault.CRASH_BEFORE_COMMIT;
    }
    return chance.strikes(SimulatedFault.CRASH, 0.3)
        ? FaultyStore.Fault.CRASH_AFTER_COMMIT
        : FaultyStore.Fault.NONE;
  }

  @Override
  public <T> T read(Work<T> work) {
    if (chance.strikes(SimulatedFault.BUSY, 0.3)) {
      faulty.onRead(FaultyStore.Fault.BUSY);
    }
    return faulty.read(work);
  }

  /** Undoes some relaxed commits. */
  void cutPower() {
    memory.cutPower(chance.below(memory.unsynced() + 1));
  }

  /** The store without faults. */
  MemoryStore memory() {
    return memory;
  }

  @Override
  public void probe() {
    faulty.onWrite(fault()).probe();
  }

  @Override
  public void check() {}

  @Override
  public void close() {}

  /** Records the messages of each transaction that has really committed. */
  private final class WatchedStore extends ForwardingStore {
    WatchedStore(Store memory) {
      super(memory);
    }

    @Override
    public <T> T write(Durability durability, Work<T> work) {
      List<Message> appended = new ArrayList<>();
      T result = super.write(durability, tx -> work.run(new WatchedTx(tx, chance, appended)));
      appended.forEach(this::appended);
      return result;
    }

    private void appended(Message message) {
      history.appended(message, unanswered);
      if (Reason.PROCESSING.wire().equals(message.properties().header(DeadLetter.REASON))) {
        String detail = String.valueOf(message.properties().header(DeadLetter.DETAIL));
        chance.reached(
            detail.startsWith("the process or its consumer ended")
                ? "a message given up because processes ended"
                : "a message given up because it failed");
      }
    }
  }

  private record WatchedTx(Tx real, SimulatedChance chance, List<Message> appended) implements Tx {
    @Override
    public int update(String sql, @Nullable Object... arguments) {
      requireHarmless(arguments);
      return real.update(sql, arguments);
    }

    @Override
    public long insert(String sql, @Nullable Object... arguments) {
      requireHarmless(arguments);
      long id = real.insert(sql, arguments);
      if (arguments[0] instanceof String exchange
          && arguments[1] instanceof String routingKey
          && arguments[2] instanceof byte[] properties
          && arguments[3] instanceof byte[] body) {
        appended.add(new Message(exchange, routingKey, MessageProperties.decode(properties), body));
      }
      return id;
    }

    private void requireHarmless(@Nullable Object[] arguments) {
      for (Object argument : arguments) {
        if (argument instanceof String id) {
          requireHarmless(id);
        }
      }
    }

    private void requireHarmless(String id) {
      if (id.startsWith(CURSED)) {
        chance.reached("a record that the store never takes");
        throw new StoreException(Kind.PERMANENT, "simulated: cursed");
      }
      if (id.startsWith(DEADLY)) {
        chance.reached("a message that ends the process");
        throw new SimulatedCrash();
      }
    }

    @Override
    public <T> List<T> query(String sql, RowMapper<T> mapper, @Nullable Object... arguments) {
      return real.query(sql, mapper, arguments);
    }

    @Override
    public void each(String sql, Predicate<Row> visitor, @Nullable Object... arguments) {
      real.each(sql, visitor, arguments);
    }
  }
}
