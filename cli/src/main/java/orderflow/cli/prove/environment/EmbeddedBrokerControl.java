package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.rabbit.FreePorts;
import orderflow.rabbit.ProcessGuard;

/** The durable embedded broker in a child process. */
final class EmbeddedBrokerControl implements BrokerControl {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final ChildProcess process;
  private final int port;

  private EmbeddedBrokerControl(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static EmbeddedBrokerControl start(Path folder, ProcessGuard guard)
      throws IOException, InterruptedException {
    int port = FreePorts.freeBlock(1);
    String data = folder.resolve("broker").toString();
    var process =
        new ChildProcess(
            "embedded broker",
            JavaCommand.of(
                "256m", "serve-broker", "--port", Integer.toString(port), "--data-dir", data),
            Map.of(),
            folder.resolve("broker.log"),
            guard);
    var broker = new EmbeddedBrokerControl(process, port);
    try {
      broker.startAndWait();
      return broker;
    } catch (RuntimeException | InterruptedException e) {
      broker.close();
      throw e;
    }
  }

  private void startAndWait() throws InterruptedException {
    process.start();
    var deadline = new Deadline(START_LIMIT);
    while (!FreePorts.isListening(port)) {
      process.requireRunning();
      if (deadline.isOver()) {
        throw new CliException(
            ExitCode.FAILED, "the embedded broker did not start within " + deadline.waited());
      }
      Thread.sleep(POLL);
    }
  }

  @Override
  public URI uri() {
    return URI.create("amqp://guest:guest@127.0.0.1:" + port + "/");
  }

  @Override
  public String description() {
    return "embedded broker, durable";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ -> Optional.empty();
      default -> Optional.of("the embedded broker does not support: " + fault.description());
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    if (fault instanceof EnvironmentFault.BrokerKilled) {
      process.kill();
    } else {
      process.stop();
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    startAndWait();
  }

  @Override
  public void close() {
    try {
      process.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
