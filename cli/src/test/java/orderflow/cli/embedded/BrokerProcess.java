package orderflow.cli.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orderflow.rabbit.AmqpProbe;

/**
 * A broker in its own JVM with a small heap. It prints its port on stdout, and exits when its stdin
 * is closed, so that it cannot outlive the tests.
 */
final class BrokerProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String LOGGING =
      "-Dlogback.configurationFile=orderflow/cli/embedded/process-logback.xml";

  private final Process process;
  private final BufferedReader out;
  private final Path err;
  private final int port;

  private BrokerProcess(Process process, Path err) throws IOException {
    this.process = process;
    this.err = err;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException("the broker did not start: " + Files.readString(err));
    }
    this.port = Integer.parseInt(line);
  }

  /** Runs in {@code folder}, with {@code arguments} for {@link #main}. */
  static BrokerProcess start(Path folder, String heap, String... arguments) throws IOException {
    Path err = Files.createTempFile(folder, "err", ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", LOGGING));
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(BrokerProcess.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile()).start();
    boolean started = false;
    try {
      BrokerProcess broker = new BrokerProcess(process, err);
      started = true;
      return broker;
    } finally {
      if (!started) {
        process.destroyForcibly();
      }
    }
  }

  /** {@code memory}, or {@code durable} and a folder. */
  public static void main(String[] arguments) throws IOException {
    EmbeddedBroker broker =
        arguments[0].equals("memory")
            ? EmbeddedBroker.inMemory(0)
            : EmbeddedBroker.durable(0, Path.of(arguments[1]));
    try (broker) {
      if (arguments.length > 2) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endSlowly(broker)));
      }
      System.out.println(broker.port());
      while (System.in.read() >= 0) {
        // only the end of the input matters
      }
    }
  }

  /** Like services that drain and need the broker during shutdown. */
  private static void endSlowly(EmbeddedBroker broker) {
    boolean reachable = true;
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (reachable && System.nanoTime() - end < 0) {
      reachable = AmqpProbe.of("127.0.0.1", broker.port(), LIMIT).result() == AmqpProbe.Result.AMQP;
    }
    System.out.println(reachable ? "reachable to the end" : "gone too early");
    System.out.flush();
  }

  String uri() {
    return "amqp://guest:guest@127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL; {@link Process} would close the streams before they are read. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM. */
  void terminate() throws InterruptedException {
    process.toHandle().destroy();
    awaitEnd();
  }

  /** Waits for its end, within the limit. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    awaitEnd();
  }

  /** The output on stdout after the port; call it after the end. */
  List<String> output() {
    return out.lines().toList();
  }

  /** The output on stderr. */
  String errorOutput() throws IOException {
    return Files.readString(err);
  }

  private void awaitEnd() throws InterruptedException {
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("still running after " + LIMIT);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
