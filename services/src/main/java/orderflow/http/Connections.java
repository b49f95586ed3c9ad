package orderflow.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections, their maximum, and which one closes to make room. Thread-safe. */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d{1,18})");

  /** How many clients at once get 503 for want of room, before more are simply closed. */
  private static final int MAX_REFUSALS = 64;

  private static final long SUSPICIOUSLY_SLOW = Duration.ofSeconds(1).toNanos();
  private static final long RECOUNT = Duration.ofMillis(2).toNanos();

  private final int max;
  private final HttpMetrics metrics;
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;
  private Map<ClientConnection.Phase, Long> counts = Map.of();
  private long countedAt = System.nanoTime() - RECOUNT - 1;

  /**
   * At most {@code wanted} connections, and at most half of the files that the process may open.
   */
  Connections(int wanted, HttpMetrics metrics) {
    this.metrics = metrics;
    long files = openFiles();
    this.max = Math.clamp(files / 2, 1, wanted);
    if (max < wanted) {
      LOG.warn(
          "only {} connections instead of {}: the process may open {} files (ulimit -n)",
          max,
          wanted,
          files);
    }
  }

  private static long openFiles() {
    try {
      Matcher limit = OPEN_FILES.matcher(Files.readString(LIMITS));
      return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
    } catch (IOException e) {
      return Long.MAX_VALUE; // not Linux
    }
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
    long refused = open.size() < max ? 0 : open.stream().filter(c -> c.isRefused()).count();
    if (open.size() - refused >= max && !makeRoom(now)) {
      if (refused >= MAX_REFUSALS) {
        return false;
      }
      connection.refuse();
    }
    open.add(connection);
    if (closing) { // since the first look at it, so that drain may have missed this connection
      open.remove(connection);
      return false;
    }
    return true;
  }

  /** Counts the request of a connection that ended before the request was complete. */
  void countRejected(int status, long since) {
    metrics.rejected(status, System.nanoTime() - since);
  }

  void remove(ClientConnection connection) {
    open.remove(connection);
    if (closing) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  int size() {
    return open.size();
  }

  /** How many connections are in {@code phase}; one that changes its phase is counted once. */
  synchronized long count(ClientConnection.Phase phase) {
    long now = System.nanoTime();
    if (now - countedAt > RECOUNT) {
      counts =
          served().collect(Collectors.groupingBy(ClientConnection::phase, Collectors.counting()));
      countedAt = now;
    }
    return counts.getOrDefault(phase, 0L);
  }

  /** Ends every phase whose deadline has passed. */
  void expire(long now) {
    open.forEach(connection -> connection.expire(now));
  }

  /**
   * Ends an idle connection, preferably one that never sent a request, and of these the oldest;
   * else the one that has been sending its request for longest, if that is suspiciously long.
   *
   * @return whether there is room now
   */
  boolean makeRoom(long now) {
    ToLongFunction<ClientConnection> longestFirst = connection -> connection.since() - now;
    return served()
        .filter(connection -> connection.phase() == ClientConnection.Phase.IDLE)
        .min(
            Comparator.comparing(ClientConnection::hasServed)
                .thenComparing(Comparator.comparingLong(longestFirst)))
        .or(() ->
            served()
                .filter(ClientConnection::isReceiving)
                .filter(connection -> now - connection.since() > SUSPICIOUSLY_SLOW)
                .min(Comparator.comparingLong(longestFirst)))
        .map(ClientConnection::evict)
        .orElse(false);
  }

  private Stream<ClientConnection> served() {
    return open.stream().filter(connection -> !connection.isRefused());
  }

  /**
   * Admits no more connections, closes the idle ones and waits for the others.
   *
   * @return whether all ended within {@code limit}
   */
  synchronized boolean drain(Duration limit) throws InterruptedException {
    closing = true;
    open.stream()
        .filter(connection -> connection.phase() == ClientConnection.Phase.IDLE)
        .forEach(ClientConnection::evict);
    long end = System.nanoTime() + limit.toNanos();
    while (!open.isEmpty()) {
      long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  void closeAll() {
    open.forEach(ClientConnection::close);
  }
}
