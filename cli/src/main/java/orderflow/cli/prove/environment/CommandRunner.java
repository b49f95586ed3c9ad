package orderflow.cli.prove.environment;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.messaging.BrokerAddress;
import orderflow.rabbit.ProcessGuard;

/** Runs commands of this program in processes of their own, on a fast or a slow network. */
final class CommandRunner implements AutoCloseable {
  private final URI broker;
  private final Path log;
  private final ProcessGuard guard;
  private final FaultProxy slowNetwork;

  /**
   * @param broker its direct address
   * @param log the output of all commands is appended to it
   * @throws IOException when no port is free
   */
  CommandRunner(URI broker, Path log, ProcessGuard guard) throws IOException {
    this.broker = broker;
    this.log = log;
    this.guard = guard;
    BrokerAddress address = BrokerAddress.of(broker);
    this.slowNetwork = FaultProxy.to(address.host(), address.port());
    slowNetwork.inject(Mode.SLOW);
  }

  /**
   * Starts a command.
   *
   * @param slowly whether the network between it and the broker is slow
   */
  Process start(List<String> arguments, boolean slowly) {
    URI uri = slowly ? slowNetwork.before(broker) : broker;
    var builder = new ProcessBuilder(JavaCommand.of("128m", arguments.toArray(String[]::new)));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("ORDERFLOW_"));
    builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
    builder.environment().put("ORDERFLOW_AMQP_URI", uri.toString());
    try {
      Process process =
          builder
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      guard.watch(process.toHandle());
      return process;
    } catch (IOException e) {
      throw new CliException(
          ExitCode.INTERNAL, arguments.getFirst() + " cannot be started: " + e.getMessage(), e);
    }
  }

  /** Kills a command, and drops what the slow network has not carried yet. */
  void kill(Process command) throws InterruptedException {
    command.destroyForcibly();
    slowNetwork.inject(Mode.RESET);
    command.waitFor();
    slowNetwork.inject(Mode.SLOW);
  }

  @Override
  public void close() {
    slowNetwork.close();
  }
}
