package orderflow.rabbit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One RabbitMQ node of our own, run from an installed server beside whatever else runs on this
 * machine: own name, ports, folder, cookie and Erlang port mapper, loopback only, as the user we
 * are. It shares nothing with a broker of the system, and keeps its port and its data from one
 * start to the next.
 *
 * <p>Nothing of it outlives {@link #close()} or this JVM: a shutdown hook closes it, and a guard
 * process does when the JVM could not (kill -9).
 *
 * <p>{@code start}, {@code stop}, {@code kill} and {@code ctl} are for one thread at a time; {@code
 * close} and the getters for any thread. Every wait is bounded: an {@link IOException} says what
 * did not happen in time, with the end of the server's log. For Unix-like systems.
 */
public final class PrivateRabbitNode implements AutoCloseable {
  /** The server's log, in {@link #folder()}. */
  public static final String LOG = "rabbit.log";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Duration CTL_LIMIT = Duration.ofMinutes(1);
  private static final Duration GREETING_LIMIT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private static final String LOOPBACK = "127.0.0.1";
  private static final String LOOPBACK_DISTRIBUTION = "-kernel inet_dist_use_interface {127,0,0,1}";
  private static final int PORTS = 8;
  private static final int DISTRIBUTION = 1;
  private static final int PORT_MAPPER = 2;
  private static final int FIRST_OF_CTL = 3;
  private static final int LOG_TAIL_BYTES = 4 * 1024;

  private final RabbitInstallation installation;
  private final Path folder;
  private final int port;
  private final ProcessGuard guard;
  private final Thread closeAtExit = new Thread(this::close, "private-rabbit-close");

  private @Nullable Process portMapper;
  private @Nullable Process server;
  private volatile String version = "unknown";
  private boolean closed;

  private PrivateRabbitNode(
      RabbitInstallation installation, Path folder, int port, ProcessGuard guard) {
    this.installation = installation;
    this.folder = folder;
    this.port = port;
    this.guard = guard;
  }

  /**
   * A node that does not run yet.
   *
   * @throws IOException when its folder cannot be written or no ports are free
   */
  public static PrivateRabbitNode create(RabbitInstallation installation) throws IOException {
    int port = FreePorts.freeBlock(PORTS);
    Path folder = Files.createTempDirectory("orderflow-rabbit-");
    PrivateRabbitNode node;
    try {
      Files.createDirectories(folder.resolve("data"));
      writeCookie(Files.createDirectories(folder.resolve("home")));
      Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
      Files.writeString(
          folder.resolve("rabbitmq.conf"), "listeners.tcp.1 = " + LOOPBACK + ":" + port + "\n");
      node = new PrivateRabbitNode(installation, folder, port, ProcessGuard.over(folder));
    } catch (IOException e) {
      deleteTree(folder);
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(node.closeAtExit);
    return node;
  }

  /** Where clients connect, as guest, to the default virtual host. The same after a restart. */
  public String uri() {
    return "amqp://guest:guest@" + LOOPBACK + ":" + port;
  }

  /** The AMQP port, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Where all its files are, until it is closed. */
  public Path folder() {
    return folder;
  }

  /** What the server said of itself when it last started, such as "3.10.8". */
  public String version() {
    return version;
  }

  /** Whether the server's process lives. */
  public synchronized boolean isRunning() {
    return server != null && server.isAlive();
  }

  /**
   * Starts the server and returns once it greets AMQP clients.
   *
   * @throws IllegalStateException when it runs already, or is closed
   * @throws IOException when it died or was not ready within 120 s; it does not run then
   */
  public void start() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    awaitPortMapper(launchPortMapper(), deadline);
    Process launched = launchServer();
    try {
      version = awaitGreeting(launched, deadline).version();
    } catch (IOException | InterruptedException e) {
      kill();
      throw e;
    }
  }

  /**
   * Shuts the server down in order (SIGTERM); after 60 s by force. Does nothing when it is down.
   */
  public void stop() throws IOException, InterruptedException {
    Process running = running();
    if (running == null) {
      return;
    }
    running.destroy();
    if (!running.waitFor(STOP_LIMIT)) {
      kill();
      throw new IOException("RabbitMQ did not stop within " + seconds(STOP_LIMIT) + logTail());
    }
  }

  /**
   * Ends the server at once (SIGKILL), as a crash would. Does nothing when it is down. What was
   * declared a moment ago may be lost, confirmed messages and all: RabbitMQ 3 writes declarations
   * to disk after it has answered. {@code ctl("eval", "mnesia:sync_log().")} waits for it.
   */
  public void kill() throws IOException {
    Process running = running();
    if (running != null && !killTree(running)) {
      throw new IOException("RabbitMQ survived SIGKILL for " + seconds(KILL_LIMIT));
    }
  }

  /**
   * Runs {@code rabbitmqctl} on this node.
   *
   * @return what it printed on standard output
   * @throws IOException when it failed, with what it printed, or took more than 60 s
   */
  public String ctl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(installation.scripts().resolve("rabbitmqctl").toString());
    command.add("--quiet");
    command.addAll(Arrays.asList(arguments));
    Path out = Files.createTempFile(folder, "ctl", ".out");
    Path err = Files.createTempFile(folder, "ctl", ".err");
    try {
      Process process =
          command(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      boolean ended = false;
      try {
        ended = process.waitFor(CTL_LIMIT);
      } finally {
        if (!ended) {
          killTree(process);
        }
      }
      if (!ended) {
        throw new IOException("rabbitmqctl took more than " + seconds(CTL_LIMIT) + ": " + command);
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "rabbitmqctl failed (%d): %s: %s%s"
                .formatted(
                    process.exitValue(), command, Files.readString(err), Files.readString(out)));
      }
      return Files.readString(out);
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /** Kills what runs and deletes the folder with all data. May be called again. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (@Nullable Process process : Arrays.asList(server, portMapper)) {
      if (process != null) {
        killTree(process);
      }
    }
    deleteTree(folder);
    guard.close();
    try {
      Runtime.getRuntime().removeShutdownHook(closeAtExit);
    } catch (IllegalStateException e) {
      // The JVM is going down, and this is the hook's own run.
    }
  }

  private synchronized @Nullable Process running() {
    return server != null && server.isAlive() ? server : null;
  }

  /** In the foreground, so that it is a child we can end; Erlang would leave a daemon behind. */
  private synchronized Process launchPortMapper() throws IOException {
    requireOpen();
    if (portMapper == null || !portMapper.isAlive()) {
      portMapper =
          command(
                  List.of(
                      installation.portMapper().toString(),
                      "-address",
                      LOOPBACK,
                      "-port",
                      Integer.toString(port + PORT_MAPPER)))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      guard.watch(portMapper);
    }
    return portMapper;
  }

  private synchronized Process launchServer() throws IOException {
    requireOpen();
    if (running() != null) {
      throw new IllegalStateException("this RabbitMQ node runs already");
    }
    server =
        command(List.of(installation.scripts().resolve("rabbitmq-server").toString()))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log().toFile()))
            .start();
    guard.watch(server);
    return server;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this RabbitMQ node is closed");
    }
  }

  private ProcessBuilder command(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    // Only what is named here: many variables, prefixed or not, would lead to the system's broker.
    // Ours may stay, for whoever recognises by them what we started.
    environment.keySet().removeIf(name -> !name.startsWith("ORDERFLOW_"));
    environment.put("PATH", path);
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("ERL_EPMD_ADDRESS", LOOPBACK);
    environment.put("ERL_EPMD_PORT", Integer.toString(port + PORT_MAPPER));
    environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
    environment.put("RABBITMQ_NODENAME", "orderflow-" + port + "@localhost");
    environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(port + DISTRIBUTION));
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", folder.resolve("advanced.config").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    // The script then becomes the server instead of staying its parent, so our child is the server
    // itself; "+B i" keeps Ctrl-C in the terminal for us.
    environment.put("RABBITMQ_ALLOW_INPUT", "1");
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput +B i " + LOOPBACK_DISTRIBUTION);
    environment.put("RABBITMQ_CTL_ERL_ARGS", LOOPBACK_DISTRIBUTION);
    environment.put("RABBITMQ_CTL_DIST_PORT_MIN", Integer.toString(port + FIRST_OF_CTL));
    environment.put("RABBITMQ_CTL_DIST_PORT_MAX", Integer.toString(port + PORTS - 1));
    return builder;
  }

  private void awaitPortMapper(Process mapper, long deadline)
      throws IOException, InterruptedException {
    while (!FreePorts.isListening(port + PORT_MAPPER)) {
      if (mapper.waitFor(POLL) || System.nanoTime() > deadline) {
        throw new IOException("epmd does not answer on port " + (port + PORT_MAPPER));
      }
    }
  }

  private AmqpGreeting awaitGreeting(Process launched, long deadline)
      throws IOException, InterruptedException {
    while (System.nanoTime() < deadline) {
      try {
        return AmqpGreeting.read(LOOPBACK, port, GREETING_LIMIT);
      } catch (IOException e) {
        if (launched.waitFor(POLL)) {
          throw new IOException("RabbitMQ ended while it started" + logTail(), e);
        }
      }
    }
    throw new IOException("RabbitMQ was not ready within " + seconds(START_LIMIT) + logTail());
  }

  private Path log() {
    return folder.resolve(LOG);
  }

  private String logTail() {
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
      file.seek(Math.max(0, file.length() - LOG_TAIL_BYTES));
      byte[] tail = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(tail);
      return "; its log ends with:\n" + new String(tail, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "; its log cannot be read: " + e.getMessage();
    }
  }

  private static String seconds(Duration limit) {
    return limit.toSeconds() + " s";
  }

  /**
   * Whether the process is gone within the limit. Its children end with it. Keeps an interrupt for
   * later: this cleans up.
   */
  private static boolean killTree(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    boolean interrupted = Thread.interrupted();
    try {
      return process.waitFor(KILL_LIMIT);
    } catch (InterruptedException e) {
      interrupted = true;
      return !process.isAlive();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void writeCookie(Path home) throws IOException {
    Path cookie =
        Files.createFile(
            home.resolve(".erlang.cookie"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        cookie,
        new SecureRandom()
            .ints(20, 'A', 'Z' + 1)
            .mapToObj(Character::toString)
            .collect(Collectors.joining()));
  }

  private static void deleteTree(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Something still wrote there; the guard tries again.
    }
  }
}
