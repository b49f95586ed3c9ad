package orderflow.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening server. Besides the service's routes it serves {@code /health}, {@code
 * /health/live}, {@code /health/ready} and {@code /metrics}. Its threads are daemons. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Map<String, String> METRICS_TYPE =
      Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  private static final int BACKLOG = 1024;
  private static final int MAX_HEAD = 20 * 1024;
  private static final int PLATFORM_THREADS = 8;

  private final HttpSettings settings;
  private final Connections connections;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Server jetty;
  private final HttpConnector connector;
  private final InetSocketAddress address;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HttpServer(
      HttpSettings settings, Health health, PrometheusMeterRegistry metrics, Routes routes) {
    this.settings = settings;
    HttpMetrics http = new HttpMetrics(metrics);
    this.connections = new Connections(settings.maxConnections(), http);
    http.watch(connections);
    var handler =
        new RequestHandler(
            routes.addTo(builtIn(health, metrics), endpoint -> endpoint),
            settings,
            http,
            closing::get);
    this.jetty = new Server(threadPool());
    this.connector = new HttpConnector(jetty, connections, settings, protocols(settings));
    jetty.addConnector(connector);
    jetty.setHandler(handler);
    jetty.setErrorHandler(handler::handleError);
    try {
      ServerSocketChannel listener = listen(settings);
      this.address = (InetSocketAddress) listener.getLocalAddress();
      connector.open(listener);
      jetty.start();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Jetty does not start", e);
    }
  }

  private static Routes builtIn(Health health, PrometheusMeterRegistry metrics) {
    Response ok = Response.json(200, "{\"status\":\"ok\"}".getBytes(US_ASCII));
    return new Routes()
        .get("/health", _ -> ok)
        .get("/health/live", _ -> ok)
        .get("/health/ready", _ -> health.readiness())
        .get("/metrics", _ -> new Response(200, metrics.scrape().getBytes(UTF_8), METRICS_TYPE));
  }

  private ThreadPool threadPool() {
    var pool = new QueuedThreadPool(PLATFORM_THREADS, 0);
    pool.setName("http");
    pool.setDaemon(true);
    pool.setVirtualThreadsExecutor(threads);
    return pool;
  }

  private static ConnectionFactory[] protocols(HttpSettings settings) {
    var http = new HttpConfiguration();
    http.setHttpCompliance(
        HttpCompliance.STRICT.with("orderflow", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
    http.setUriCompliance(UriCompliance.UNSAFE);
    http.setRequestHeaderSize(MAX_HEAD);
    http.setSendServerVersion(false);
    http.setHeaderCacheSize(0); // it takes 100 KiB for each connection
    var http1 = new Http1Connection.Factory(http);
    if (settings.tls() == null) {
      return new ConnectionFactory[] {http1};
    }
    // Clients verify the host name; Jetty's own check would refuse those that skip verification.
    http.addCustomizer(new SecureRequestCustomizer(false));
    var tls = new SslContextFactory.Server();
    tls.setSslContext(settings.tls());
    var secure = new SslConnectionFactory(tls, http1.getProtocol());
    secure.addBean(
        new SslHandshakeListener() {
          @Override
          public void handshakeSucceeded(Event event) {
            ClientConnection.of(event.getEndPoint()).endHandshake();
          }
        });
    secure.setEnsureSecureRequestCustomizer(false); // clients check the host name, not the server
    return new ConnectionFactory[] {secure, http1};
  }

  /**
   * Starts a server; it accepts requests when this returns.
   *
   * @throws PortInUseException when the port is taken
   * @throws CannotListenException when it cannot listen for another reason
   */
  public static HttpServer start(
      HttpSettings settings, Health health, PrometheusMeterRegistry metrics, Routes routes) {
    HttpServer server = new HttpServer(settings, health, metrics, routes);
    Thread.ofPlatform().daemon().name("http-deadlines").start(server::enforceDeadlines);
    return server;
  }

  /** The port in use, also when the settings ask for a free one. */
  public int port() {
    return address.getPort();
  }

  /** Where a client on this machine reaches the server. */
  public URI uri() {
    InetAddress host = address.getAddress();
    String scheme = settings.tls() == null ? "http://" : "https://";
    if (host.isAnyLocalAddress()) {
      return URI.create(scheme + "localhost:" + port());
    }
    String name = host.getHostAddress();
    return URI.create(scheme + (name.contains(":") ? "[" + name + "]" : name) + ":" + port());
  }

  /**
   * Stops accepting, closes idle connections, lets running requests finish within the drain timeout
   * and then cuts them off. A second caller also waits for that.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        shutDown();
      } finally {
        closed.countDown();
      }
      return;
    }
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Survives every failure: without deadlines the server would serve only its slowest clients. */
  private void enforceDeadlines() {
    long tick = tick();
    while (closed.getCount() > 0) {
      LockSupport.parkNanos(tick);
      try {
        connections.expire(System.nanoTime());
      } catch (Throwable e) {
        try {
          LOG.warn("deadlines are late: {}", e.toString());
        } catch (Throwable again) {
          // There may be no memory for the message either; the next tick tries again.
        }
      }
    }
  }

  /** Often enough for the shortest deadline, and cheap: it only looks at each connection. */
  private long tick() {
    HttpSettings.Timeouts limits = settings.timeouts();
    Duration shortest =
        Stream.of(limits.header(), limits.body(), limits.write(), limits.idle())
            .min(Duration::compareTo)
            .orElseThrow();
    return Math.clamp(
        shortest.toNanos() / 8, Duration.ofMillis(10).toNanos(), Duration.ofMillis(250).toNanos());
  }

  private void shutDown() {
    try {
      connector.close();
      if (!connections.drain(settings.timeouts().drain())) {
        LOG.warn("cutting off {} connections that did not finish in time", connections.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.closeAll();
    threads.shutdownNow();
    try {
      jetty.stop();
    } catch (Exception e) {
      LOG.warn("Jetty did not stop: {}", e.toString());
    }
  }

  private static ServerSocketChannel listen(HttpSettings settings) {
    String where = settings.bind() + ":" + settings.port();
    try {
      InetAddress address = InetAddress.getByName(settings.bind());
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        return channel.bind(new InetSocketAddress(address, settings.port()), BACKLOG);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (UnknownHostException e) {
      throw new CannotListenException("cannot listen on " + where + ": unknown host", e);
    } catch (IOException e) {
      if (e instanceof BindException bind && PortInUseException.isReasonFor(bind)) {
        throw new PortInUseException(settings.bind(), settings.port(), e);
      }
      throw new CannotListenException("cannot listen on " + where + ": " + e.getMessage(), e);
    }
  }
}
