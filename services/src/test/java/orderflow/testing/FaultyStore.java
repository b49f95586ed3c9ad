package orderflow.testing;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import orderflow.store.Store;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;

/** A real store whose next transactions fail as scripted. Not thread-safe. */
public final class FaultyStore implements Store {
  /** What is said when the database refuses for good. */
  public static final String REFUSED = "simulated: refused";

  private final Store real;
  private final Deque<Fault> writeFaults = new ArrayDeque<>();
  private final Deque<Fault> readFaults = new ArrayDeque<>();

  /** What goes wrong with one transaction. */
  public enum Fault {
    /** Nothing: for a script that lets some transactions pass. */
    NONE,
    /** Somebody holds the database; the work is not even begun. */
    BUSY,
    /** The work is done, and undone because the disk is full. */
    FULL,
    /** The work is done, and undone because the disk failed. */
    FAILED_BEFORE_COMMIT,
    /** It is committed, and the caller is told that it failed. */
    ANSWER_LOST,
    /** The database refuses for good. */
    REFUSED,
    /** The store's own code fails. */
    DEFECT,
    /** The process ends before the commit. */
    CRASH_BEFORE_COMMIT,
    /** The process ends after the commit. */
    CRASH_AFTER_COMMIT
  }

  public FaultyStore(Store real) {
    this.real = real;
  }

  /** The next writes, probes included, go so, one fault each. */
  public FaultyStore onWrite(Fault... faults) {
    Collections.addAll(writeFaults, faults);
    return this;
  }

  /** The next reads go so, one fault each. */
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
          ANSWER_LOST,
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
      case NONE, BUSY, REFUSED, DEFECT, ANSWER_LOST, CRASH_AFTER_COMMIT -> result;
    };
  }

  private static <T> T requireAnswer(Fault fault, T result) {
    return switch (fault) {
      case ANSWER_LOST -> throw new StoreException(Kind.UNAVAILABLE, "simulated: answer lost");
      case CRASH_AFTER_COMMIT -> throw new SimulatedCrash();
      case NONE, BUSY, REFUSED, DEFECT, FULL, FAILED_BEFORE_COMMIT, CRASH_BEFORE_COMMIT -> result;
    };
  }
}
