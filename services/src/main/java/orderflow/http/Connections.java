package orderflow.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The open connections: how many there may be, which goes when there are too many, and when each
 * has overstayed its deadline. Thread-safe.
 */
final class Connections {
  /** How many clients at once are told that there is no room, before they are simply closed. */
  private static final int MAX_REFUSALS = 64;

  private static final long SUSPICIOUSLY_SLOW = Duration.ofSeconds(1).toNanos();

  private final int max;
  private final Set<Connection> served = ConcurrentHashMap.newKeySet();
  private final Set<Connection> refused = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();

  Connections(int max) {
    this.max = max;
  }

  /** What is to become of a new connection. */
  enum Admission {
    SERVE,
    REFUSE,
    CLOSE
  }

  /** Finds room for a new connection, at the cost of another if need be. Called by one thread. */
  Admission admit(Connection connection, long now) {
    if (served.size() < max || makeRoom(now)) {
      served.add(connection);
      return Admission.SERVE;
    }
    if (refused.size() < MAX_REFUSALS) {
      refused.add(connection);
      return Admission.REFUSE;
    }
    return Admission.CLOSE;
  }

  void left(Connection connection) {
    served.remove(connection);
    refused.remove(connection);
    lock.lock();
    try {
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    return served.size();
  }

  long count(Connection.Phase phase) {
    return served.stream().filter(connection -> connection.phase() == phase).count();
  }

  /** Ends every phase whose deadline has passed. */
  void expire(long now) {
    served.forEach(connection -> connection.expire(now));
    refused.forEach(connection -> connection.expire(now));
  }

  /**
   * Ends an idle connection, those first that never sent a request and of these the oldest; else
   * the one that has been sending its request for longest, if that is suspiciously long.
   *
   * @return whether there is room now
   */
  boolean makeRoom(long now) {
    Optional<Connection> idle =
        served.stream()
            .filter(connection -> connection.phase() == Connection.Phase.IDLE)
            .min(
                Comparator.comparingInt((Connection connection) -> connection.answered() ? 1 : 0)
                    .thenComparing(longestFirst(now)));
    if (idle.isPresent()) {
      return idle.get().evict();
    }
    return served.stream()
        .filter(Connection::isReceiving)
        .filter(connection -> now - connection.since() > SUSPICIOUSLY_SLOW)
        .min(longestFirst(now))
        .map(Connection::evict)
        .orElse(false);
  }

  private static Comparator<Connection> longestFirst(long now) {
    return Comparator.comparingLong(connection -> connection.since() - now);
  }

  /** Ends the connections that wait for a request. */
  void closeIdle() {
    served.stream()
        .filter(connection -> connection.phase() == Connection.Phase.IDLE)
        .forEach(Connection::evict);
  }

  void abortAll() {
    served.forEach(Connection::abort);
    refused.forEach(Connection::abort);
  }

  /**
   * Waits until no connection is left.
   *
   * @return whether that came true within {@code limit}
   */
  boolean awaitNone(Duration limit) throws InterruptedException {
    long nanos = limit.toNanos();
    lock.lock();
    try {
      while (!served.isEmpty() || !refused.isEmpty()) {
        if (nanos <= 0) {
          return false;
        }
        nanos = left.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
