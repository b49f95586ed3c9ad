package orderflow.cli.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import orderflow.cli.io.StartupLogBuffer;
import orderflow.http.PortInUseException;
import org.jspecify.annotations.Nullable;

/**
 * An AMQP 0-9-1 broker in this JVM, on 127.0.0.1 only, for the user {@code guest} with the password
 * {@code guest} and the virtual host {@code /}. It keeps its promises as a broker on its own does:
 * a confirm of a persistent message on a {@linkplain #durable durable} broker means that it is on
 * disk.
 *
 * <p>It installs no shutdown hook: whoever starts it closes it, after the clients in the same
 * process. A durable broker loses nothing confirmed when the process dies instead. Several may run
 * in one JVM. All methods are thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /** What a broker gets to say goodbye to its clients and write its files. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private static final String HOST = "127.0.0.1";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int MAX_PORT = 65_535;

  private final QpidRuntime runtime;
  private final @Nullable DataFolderLock lock;
  private final @Nullable DataFolderMonitor watch;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();

  private EmbeddedBroker(
      QpidRuntime runtime, @Nullable DataFolderLock lock, @Nullable Path messages) {
    this.runtime = runtime;
    this.lock = lock;
    this.port = runtime.port();
    this.watch =
        lock == null || messages == null
            ? null
            : DataFolderMonitor.start(messages, lock, this::stop);
  }

  /**
   * Starts a broker that keeps everything in memory and touches no file.
   *
   * @param port where to listen; 0 for a free port
   * @throws PortInUseException when the port is taken
   * @throws BrokerStartException when it cannot be started for another reason
   */
  public static EmbeddedBroker inMemory(int port) {
    requireFree(port);
    Map<String, String> context = EmbeddedBrokerSettings.inMemory(port, maxHeap());
    return new EmbeddedBroker(start("memory.json", context, port, null), null, null);
  }

  /**
   * Starts a broker that keeps durable queues and persistent messages in {@code dataFolder}, and
   * finds there what an earlier one kept.
   *
   * @param port where to listen; 0 for a free port
   * @param dataFolder made when missing; one broker at a time
   * @throws PortInUseException when the port is taken
   * @throws DataFolderInUseException when another broker works in that folder
   * @throws BrokerStartException when it cannot be started for another reason
   */
  public static EmbeddedBroker durable(int port, Path dataFolder) {
    requireFree(port);
    DataFolderLock lock = DataFolderLock.take(dataFolder);
    boolean started = false;
    try {
      Path store = dataFolder.toAbsolutePath().resolve("messages");
      Map<String, String> context =
          EmbeddedBrokerSettings.durable(port, maxHeap(), store.toString());
      EmbeddedBroker broker =
          new EmbeddedBroker(start("durable.json", context, port, dataFolder), lock, store);
      started = true;
      return broker;
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  QpidRuntime runtime() {
    return runtime;
  }

  /** What a client on this machine connects with. */
  public String uri() {
    return "amqp://guest:guest@" + HOST + ":" + port;
  }

  /**
   * Completes with one line when the broker has stopped by itself, because its data folder is no
   * longer there; never for one that is in memory.
   */
  public CompletableFuture<String> failure() {
    return watch == null ? new CompletableFuture<>() : watch.problem();
  }

  /**
   * Disconnects the clients, ends all threads and releases port and files. Takes 10 seconds at
   * most. Idempotent.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (watch != null) {
      watch.close();
    }
    stop();
    if (lock != null) {
      lock.close();
    }
  }

  private void stop() {
    if (stopped.compareAndSet(false, true)) {
      runtime.close(CLOSE_LIMIT);
    }
  }

  private static QpidRuntime start(
      String configuration, Map<String, String> context, int port, @Nullable Path dataFolder) {
    URL description = Objects.requireNonNull(EmbeddedBroker.class.getResource(configuration));
    try (var log = new StartupLogBuffer(BrokerEventLogger.class)) {
      try {
        QpidRuntime runtime = QpidRuntime.start(description, context, CLOSE_LIMIT);
        log.started();
        return runtime;
      } catch (RuntimeException e) {
        String cause = firstLine(log.cause().orElseGet(() -> cause(e)));
        throw new BrokerStartException(
            dataFolder == null
                ? "the embedded broker did not start on port %d: %s".formatted(port, cause)
                : "the embedded broker did not start on port %d with the data folder %s: %s; %s"
                    .formatted(
                        port,
                        dataFolder,
                        cause,
                        "move that folder away to start empty, or choose another --data-dir"),
            e);
      }
    }
  }

  /** The innermost cause: what is around it are the library's own layers. */
  private static String cause(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner.getMessage() == null ? inner.toString() : inner.getMessage();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip().replaceFirst("\\.$", "");
  }

  private static long maxHeap() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The library only logs that it could not bind; this finds out before anything is started. */
  private static void requireFree(int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("no port: " + port);
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
    } catch (BindException e) {
      if (PortInUseException.isReasonFor(e)) {
        throw new PortInUseException(HOST, port, e);
      }
      throw cannotListen(port, e);
    } catch (IOException e) {
      throw cannotListen(port, e);
    }
  }

  private static BrokerStartException cannotListen(int port, IOException e) {
    return new BrokerStartException(
        "cannot listen on port %d of %s: %s".formatted(port, HOST, e.getMessage()), e);
  }
}
