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

/** The embedded broker in a process of its own, durable. */
final class EmbeddedBrokerControl implements BrokerControl {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final ChildProcess child;
  private final int port;

  private EmbeddedBrokerControl(ChildProcess child, int port) {
    this.child = child;
    this.port = port;
  }

  static EmbeddedBrokerControl start(Path folder, ProcessGuard guard) throws InterruptedException {
    int port;
    try {
      port = FreePorts.freeBlock(1);
    } catch (IOException e) {
      throw new CliException(ExitCode.INTERNAL, "no port is free: " + e.getMessage(), e);
    }
    var child =
        new ChildProcess(
            "embedded broker",
            JavaCommand.command(
                "256m",
                "serve-broker",
                "--port",
                Integer.toString(port),
                "--data-dir",
                folder.resolve("broker").toString()),
            Map.of(),
            folder.resolve("broker.log"),
            guard);
    var broker = new EmbeddedBrokerControl(child, port);
    try {
      broker.startAndWait();
      return broker;
    } catch (RuntimeException | InterruptedException e) {
      broker.close();
      throw e;
    }
  }

  private void startAndWait() throws InterruptedException {
    child.start();
    var deadline = new Deadline(START_LIMIT);
    while (!FreePorts.isListening(port)) {
      child.requireRunning();
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
      case EnvironmentFault.BrokerStopped() -> Optional.empty();
      case EnvironmentFault.BrokerKilled() -> Optional.empty();
      default -> Optional.of("the embedded broker has no command for: " + fault.description());
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    if (fault instanceof EnvironmentFault.BrokerKilled) {
      child.kill();
    } else {
      child.stop();
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    startAndWait();
  }

  @Override
  public void close() {
    try {
      child.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
