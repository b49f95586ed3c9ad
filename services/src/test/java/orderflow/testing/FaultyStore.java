package orderflow.testing;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;

/** A real store whose next transactions fail as scripted. Not thread-safe. */
public final class FaultyStore implements Store {
  /** The message of a permanent failure. */
  public static final String REFUSED = "simulated: refused";

  private final Store real;
  private final Deque<Fault> writeFaults = new ArrayDeque<>();
  private final Deque<Fault> readFaults = new ArrayDeque<>();

  /** The fault of one transaction. */
  public enum Fault {
    /** No fault. */
    NONE,
    /** The database is locked; the work does not start. */
    BUSY,
    /** The transaction is rolled back because the disk is full. */
    FULL,
    /** The transaction is rolled back because the disk failed. */
    FAILED_BEFORE_COMMIT,
    /** The transaction is committed, but reported as failed. */
    COMMIT_RESULT_LOST,
    /** A permanent failure. */
    REFUSED,
    /** A bug in the store. */
    DEFECT,
    /** The process ends before the commit. */
    CRASH_BEFORE_COMMIT,
    /** The process ends after the commit. */
    CRASH_AFTER_COMMIT
  }

  public FaultyStore(Store real) {
    this.real = real;
  }

  /** Sets the faults of the next writes, including probes. */
  public FaultyStore onWrite(Fault... faults) {
    Collections.addAll(writeFaults, faults);
    return this;
  }

  /** Sets the faults of the next reads. */
  public FaultyStore onRead(Fault... faults) {
    Collections.addAll(readFaults, faults);
    return this;
  }

  @Override
  public <T> T write(Durability durability, Work<T> work) {
    Fault fault = next(writeFaults);
    requireBegun(fault);
    T result = real.write(durability, tx -> requireCommit(fault, work.run(tx)));
    return requireAnswer(fault, result);
  }

  @Override
  public <T> T read(Work<T> work) {
    Fault fault = next(readFaults);
    requireBegun(fault);
    return requireAnswer(fault, real.read(tx -> requireCommit(fault, work.run(tx))));
  }

  @Override
  public void probe() {
    Fault fault = next(writeFaults);
    requireBegun(fault);
    requireCommit(fault, fault);
    real.probe();
    requireAnswer(fault, fault);
  }

  @Override
  public void check() {
    real.check();
  }

  @Override
  public void close() {
    real.close();
  }

  private static Fault next(Deque<Fault> faults) {
    Fault fault = faults.poll();
    return fault == null ? Fault.NONE : fault;
  }

  private static void requireBegun(Fault fault) {
    switch (fault) {
      case BUSY -> throw new StoreException(Kind.BUSY, "simulated: busy");
      case REFUSED -> throw new StoreException(Kind.PERMANENT, REFUSED);
      case DEFECT -> throw new IllegalStateException("simulated: a defect");
      case NONE,
          FULL,
          FAILED_BEFORE_COMMIT,
          COMMIT_RESULT_LOST,
          CRASH_BEFORE_COMMIT,
          CRASH_AFTER_COMMIT -> {}
    }
  }

  private static <T> T requireCommit(Fault fault, T result) {
    return switch (fault) {
      case FULL -> throw new StoreException(Kind.FULL, "simulated: full");
      case FAILED_BEFORE_COMMIT ->
          throw new StoreException(Kind.UNAVAILABLE, "simulated: input/output error");
      case CRASH_BEFORE_COMMIT -> throw new SimulatedCrash();
      case NONE, BUSY, REFUSED, DEFECT, COMMIT_RESULT_LOST, CRASH_AFTER_COMMIT -> result;
    };
  }

  private static <T> T requireAnswer(Fault fault, T result) {
    return switch (fault) {
      case COMMIT_RESULT_LOST ->
          throw new StoreException(Kind.UNAVAILABLE, "simulated: commit result lost");
      case CRASH_AFTER_COMMIT -> throw new SimulatedCrash();
      case NONE, BUSY, REFUSED, DEFECT, FULL, FAILED_BEFORE_COMMIT, CRASH_BEFORE_COMMIT -> result;
    };
  }
}
