package orderflow.cli.control;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.scenario.Fault;
import orderflow.rabbit.LoopbackPorts;
import orderflow.rabbit.ProcessGuard;

/** The embedded broker in a process of its own, durable. */
final class EmbeddedBrokerControl implements BrokerControl {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Child child;
  private final int port;

  private EmbeddedBrokerControl(Child child, int port) {
    this.child = child;
    this.port = port;
  }

  static EmbeddedBrokerControl start(Path folder, ProcessGuard guard) throws InterruptedException {
    int port;
    try {
      port = LoopbackPorts.freeBlock(1);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.INTERNAL, "no port is free: " + e.getMessage(), e);
    }
    var child =
        new Child(
            "the embedded broker",
            OwnJava.command(
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
    broker.startAndWait();
    return broker;
  }

  private void startAndWait() throws InterruptedException {
    child.start();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!LoopbackPorts.isListening(port)) {
      if (!child.isRunning() || System.nanoTime() - deadline > 0) {
        throw new CommandFailure(ExitCode.INTERNAL, "the embedded broker did not start");
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
  public Optional<String> unable(Fault fault) {
    return switch (fault) {
      case Fault.BrokerStopped() -> Optional.empty();
      case Fault.BrokerKilled() -> Optional.empty();
      default -> Optional.of("the embedded broker has no command for: " + fault.description());
    };
  }

  @Override
  public void inject(Fault fault) throws InterruptedException {
    if (fault instanceof Fault.BrokerKilled) {
      child.kill();
    } else {
      child.stop();
    }
  }

  @Override
  public void heal(Fault fault) throws InterruptedException {
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
