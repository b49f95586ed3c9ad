package orderflow.store;

import java.util.function.Consumer;

/**
 * One service's database. Thread-safe: writes run one at a time, reads beside them on a snapshot.
 *
 * <p>An interface, because the simulation puts crashes and disk faults between a service and the
 * real thing.
 */
public interface Store extends AutoCloseable {

  /** How much a commit promises once {@link #write} has returned. */
  enum Durability {
    /** It survives the machine losing power: fsync before returning. */
    SYNCED,
    /** It may be undone by a power cut, as a whole and in order; for what would only be redone. */
    RELAXED
  }

  /** What happens in a transaction. Throwing rolls it back. */
  @FunctionalInterface
  interface Work<T> {
    T run(Tx tx);
  }

  /**
   * Runs {@code work} alone and commits.
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
   * Commits, {@link Durability#SYNCED}, a write that means nothing: whether the database takes
   * commits again is known only by one.
   *
   * @throws StoreException when it does not
   */
  void probe();

  /**
   * Looks, without a commit and at little cost, whether what is committed now would be found after
   * a restart. Does not wait for running work.
   *
   * @throws StoreException when it would not: the files are gone
   */
  void check();

  /** Waits for running work, then releases the files. */
  @Override
  void close();
}
