package orderflow.store;

import java.util.function.Consumer;

/**
 * The database of one service. Thread-safe: writes run one at a time, reads concurrently on a
 * snapshot.
 */
public interface Store extends AutoCloseable {

  /** The guarantee of a commit once {@link #write} has returned. */
  enum Durability {
    /** It survives a power cut: fsync before returning. */
    SYNCED,
    /** A power cut may undo it, as a whole and in order: for work that can be repeated. */
    RELAXED
  }

  /** The work of a transaction; an exception rolls it back. */
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx);
  }

  /**
   * Runs {@code work} exclusively and commits.
   *
   * @throws StoreException when the database fails; whether a failed commit took place is unknown
   */
  <T> T write(Durability durability, Work<T> work);

  /** As {@link #write}, for work without a result. */
  default void update(Durability durability, Consumer<Tx> work) {
    write(
        durability,
        tx -> {
          work.accept(tx);
          return true;
        });
  }

  /**
   * Runs {@code work} on a snapshot; it must not write.
   *
   * @throws StoreException when the database fails
   */
  <T> T read(Work<T> work);

  /**
   * Commits a write without meaning, {@link Durability#SYNCED}: only a commit proves that the
   * database accepts commits.
   *
   * @throws StoreException when it does not
   */
  void probe();

  /**
   * Checks cheaply that commits would survive a restart. Does not wait for running work.
   *
   * @throws StoreException when they would not: the files are gone
   */
  void check();

  /** Waits for running work, then releases the files. */
  @Override
  void close();
}
