package orderflow.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * The open connections: how many there may be, which goes when there are too many, and when each
 * has overstayed its deadline. Thread-safe.
 */
final class Connections {
  /** How many clients at once are told that there is no room, before they are simply closed. */
  private static final int MAX_REFUSALS = 64;

  private static final long RECOUNT = Duration.ofMillis(2).toNanos();
  private static final long SUSPICIOUSLY_SLOW = Duration.ofSeconds(1).toNanos();

  private final int max;
  private final Set<ClientConnection> served = ConcurrentHashMap.newKeySet();
  private final Set<ClientConnection> refused = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private volatile boolean closing;
  private Map<ClientConnection.Phase, Long> counts = Map.of();
  private long countedAt = System.nanoTime() - RECOUNT - 1;

  Connections(int max) {
    this.max = max;
  }

  /**
   * Finds room for a new connection, at the cost of another if need be. Called by one thread.
   *
   * @return whether the connection may stay
   */
  boolean admit(ClientConnection connection, long now) {
    if (closing) {
      return false;
    }
    if (served.size() < max || makeRoom(now)) {
      served.add(connection);
      return true;
    }
    if (refused.size() < MAX_REFUSALS) {
      connection.refuse();
      refused.add(connection);
      return true;
    }
    return false;
  }

  void left(ClientConnection connection) {
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

  /** How many connections are in {@code phase}; one that changes its phase is counted once. */
  synchronized long count(ClientConnection.Phase phase) {
    long now = System.nanoTime();
    if (now - countedAt > RECOUNT) {
      counts =
          served.stream()
              .collect(Collectors.groupingBy(ClientConnection::phase, Collectors.counting()));
      countedAt = now;
    }
    return counts.getOrDefault(phase, 0L);
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
    Optional<ClientConnection> idle =
        served.stream()
            .filter(connection -> connection.phase() == ClientConnection.Phase.IDLE)
            .min(
                Comparator.comparingInt(
                        (ClientConnection connection) -> connection.hasServed() ? 1 : 0)
                    .thenComparing(longestFirst(now)));
    if (idle.isPresent()) {
      return idle.get().evict();
    }
    return served.stream()
        .filter(ClientConnection::isReceiving)
        .filter(connection -> now - connection.since() > SUSPICIOUSLY_SLOW)
        .min(longestFirst(now))
        .map(ClientConnection::evict)
        .orElse(false);
  }

  private static Comparator<ClientConnection> longestFirst(long now) {
    return Comparator.comparingLong(connection -> connection.since() - now);
  }

  /** Ends the connections that wait for a request, and takes no more. */
  void closeIdle() {
    closing = true;
    served.stream()
        .filter(connection -> connection.phase() == ClientConnection.Phase.IDLE)
        .forEach(ClientConnection::evict);
  }

  void abortAll() {
    served.forEach(ClientConnection::close);
    refused.forEach(ClientConnection::close);
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
