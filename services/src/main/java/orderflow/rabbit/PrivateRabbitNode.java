package orderflow.rabbit;

import java.io.IOException;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A RabbitMQ node that is run from an installed server with its own name, ports, folder, cookie and
 * Erlang port mapper, on the loopback interface only. Address and data survive a restart. The node
 * and its files are gone after {@link #close()} and after the end of this JVM: a shutdown hook
 * closes it, and after kill -9 a {@link ProcessGuard} does.
 *
 * <p>{@code close} and the getters are thread-safe; the other methods are for one thread at a time.
 * Every wait has a limit, after which an {@link IOException} contains the end of the server's log.
 * For Unix-like systems.
 */
public final class PrivateRabbitNode implements AutoCloseable {
  /** The server's log, in {@link #folder()}. */
  public static final String LOG = "rabbit.log";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Duration CTL_LIMIT = Duration.ofMinutes(1);
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(50);

  private static final int LOG_TAIL = 4 * 1024;

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
   * Creates a node that is not started.
   *
   * @throws IOException when its folder cannot be written or no ports are free
   */
  public static PrivateRabbitNode create(RabbitInstallation installation) throws IOException {
    int port = FreePorts.freeBlock(RabbitInstallation.PORTS);
    Path folder = Files.createTempDirectory("orderflow-rabbit-");
    PrivateRabbitNode node;
    try {
      Files.createDirectories(folder.resolve("data"));
      writeCookie(Files.createDirectories(folder.resolve("home")));
      Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
      Files.writeString(
          folder.resolve("rabbitmq.conf"),
          "listeners.tcp.1 = " + RabbitInstallation.LOOPBACK + ":" + port + "\n");
      node = new PrivateRabbitNode(installation, folder, port, ProcessGuard.over(folder));
    } catch (IOException e) {
      deleteTree(folder);
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(node.closeAtExit);
    return node;
  }

  /** The address for user guest and the default virtual host. */
  public String uri() {
    return "amqp://guest:guest@" + RabbitInstallation.LOOPBACK + ":" + port;
  }

  public int port() {
    return port;
  }

  /** The folder of all its files. */
  public Path folder() {
    return folder;
  }

  /** The version of the server, when it has been started. */
  public String version() {
    return version;
  }

  public synchronized boolean isRunning() {
    return server != null && server.isAlive();
  }

  /**
   * Starts the server and waits until it accepts AMQP connections.
   *
   * @throws IllegalStateException when it is running or closed
   * @throws IOException when it exits or is not ready within 120 s; it is then stopped
   */
  public void start() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    awaitPortMapper(launchPortMapper(), deadline);
    Process launched = launchServer();
    try {
      version = awaitHandshake(launched, deadline);
    } catch (IOException | InterruptedException e) {
      kill();
      throw e;
    }
  }

  /** Stops the server with SIGTERM, or after 60 s with SIGKILL. */
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
   * Stops the server with SIGKILL. RabbitMQ 3 writes declarations to disk after it has confirmed
   * them, so a queue that was just declared may be lost; {@code ctl("eval", "mnesia:sync_log().")}
   * waits for the write.
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
   * @return its standard output, up to the size of a pipe
   * @throws IOException when it failed, with its output, or took more than 60 s
   */
  public String ctl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(installation.scripts().resolve("rabbitmqctl").toString());
    command.add("--quiet");
    command.addAll(Arrays.asList(arguments));
    Process process = command(command).start();
    try {
      if (!process.waitFor(CTL_LIMIT)) {
        throw new IOException("rabbitmqctl took more than " + seconds(CTL_LIMIT) + ": " + command);
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException(
            "rabbitmqctl failed (%d): %s: %s%s".formatted(process.exitValue(), command, err, out));
      }
      return out;
    } finally {
      killTree(process);
    }
  }

  /** Stops the node and deletes its folder. Idempotent. */
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
      // called by the shutdown hook
    }
  }

  private synchronized @Nullable Process running() {
    return server != null && server.isAlive() ? server : null;
  }

  /** In the foreground: Erlang itself would start a daemon. */
  private synchronized Process launchPortMapper() throws IOException {
    requireOpen();
    if (portMapper == null || !portMapper.isAlive()) {
      portMapper =
          command(
                  List.of(
                      installation.portMapper().toString(),
                      "-address",
                      RabbitInstallation.LOOPBACK,
                      "-port",
                      Integer.toString(port + RabbitInstallation.PORT_MAPPER)))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      guard.watch(portMapper.toHandle());
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
    guard.watch(server.toHandle());
    return server;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this RabbitMQ node is closed");
    }
  }

  private ProcessBuilder command(List<String> command) {
    return installation.command(command, folder, port);
  }

  private void awaitPortMapper(Process mapper, long deadline)
      throws IOException, InterruptedException {
    while (!FreePorts.isListening(port + RabbitInstallation.PORT_MAPPER)) {
      if (mapper.waitFor(POLL) || System.nanoTime() > deadline) {
        throw new IOException(
            "epmd does not answer on port " + (port + RabbitInstallation.PORT_MAPPER));
      }
    }
  }

  private String awaitHandshake(Process launched, long deadline)
      throws IOException, InterruptedException {
    while (System.nanoTime() < deadline) {
      AmqpProbe probe = AmqpProbe.of(RabbitInstallation.LOOPBACK, port, HANDSHAKE_LIMIT);
      if (probe.result() == AmqpProbe.Result.AMQP) {
        return probe.version();
      }
      if (launched.waitFor(POLL)) {
        throw new IOException("RabbitMQ ended while it started" + logTail());
      }
    }
    throw new IOException("RabbitMQ was not ready within " + seconds(START_LIMIT) + logTail());
  }

  private Path log() {
    return folder.resolve(LOG);
  }

  private String logTail() {
    try {
      String text = Files.readString(log(), StandardCharsets.ISO_8859_1);
      return "; its log ends with:\n" + text.substring(Math.max(0, text.length() - LOG_TAIL));
    } catch (IOException e) {
      return "; its log cannot be read: " + e.getMessage();
    }
  }

  private static String seconds(Duration limit) {
    return limit.toSeconds() + " s";
  }

  /** Whether the process ended within the limit. An interrupt does not stop it. */
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
      // something still writes there; the guard tries again
    }
  }
}
