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
 * An AMQP 0-9-1 broker in this JVM, on 127.0.0.1 only, for user {@code guest} with password {@code
 * guest} and virtual host {@code /}. On a {@linkplain #durable durable} broker, a confirm of a
 * persistent message means that it is on disk, and survives a killed process.
 *
 * <p>It installs no shutdown hook: close it after the clients of the same process. Several brokers
 * may run in one JVM. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private static final String HOST = "127.0.0.1";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int MAX_PORT = 65_535;

  private final QpidRuntime runtime;
  private final @Nullable DataFolderLock lock;
  private final @Nullable DataFolderMonitor monitor;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();

  private EmbeddedBroker(
      QpidRuntime runtime, @Nullable DataFolderLock lock, @Nullable Path messages) {
    this.runtime = runtime;
    this.lock = lock;
    this.port = runtime.port();
    this.monitor =
        lock == null || messages == null
            ? null
            : DataFolderMonitor.start(messages, lock, this::stop);
  }

  /**
   * Starts a broker that keeps everything in memory.
   *
   * @param port 0 for any free port
   * @throws PortInUseException when the port is taken
   * @throws BrokerStartException when it cannot be started for another reason
   */
  public static EmbeddedBroker inMemory(int port) {
    requireFree(port);
    Map<String, String> context = EmbeddedBrokerSettings.inMemory(port, maxHeap());
    return new EmbeddedBroker(start("memory.json", context, port, null), null, null);
  }

  /**
   * Starts a broker that keeps durable queues and persistent messages in {@code dataFolder}.
   *
   * @param port 0 for any free port
   * @param dataFolder created when missing; for one broker at a time
   * @throws PortInUseException when the port is taken
   * @throws DataFolderInUseException when another broker uses that folder
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

  public int port() {
    return port;
  }

  QpidRuntime runtime() {
    return runtime;
  }

  public String uri() {
    return "amqp://guest:guest@" + HOST + ":" + port;
  }

  /** Completes with one line when the broker stopped because it lost its data folder. */
  public CompletableFuture<String> failure() {
    return monitor == null ? new CompletableFuture<>() : monitor.problem();
  }

  /** Disconnects the clients and releases threads, port and files within 10 s. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (monitor != null) {
      monitor.close();
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

  /** The innermost cause: Qpid wraps it several times. */
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

  /** Checked before the start, because Qpid only logs that it could not bind. */
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
