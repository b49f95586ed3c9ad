package orderflow.cli.prove.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;

/** The running containers of a compose file: ours, or one whose services the flow file names. */
public final class ComposeEnvironment extends RemoteEnvironment {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 200;

  private final Path file;
  private final ForeignFlow flow;
  private final String brokerContainer;

  /**
   * @param file the compose file
   * @param flow names its services; those of our compose file without a name
   */
  public ComposeEnvironment(RabbitBroker broker, Services services, Path file, ForeignFlow flow) {
    super(broker, services, flow);
    this.file = file;
    this.flow = flow;
    this.brokerContainer = flow.brokerComposeService();
  }

  @Override
  public String description() {
    return broker().address() + " and services in containers, by docker compose";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Network _ -> Optional.of("there is no proxy between the containers");
      case EnvironmentFault.StoreFull _ -> Optional.of("verify does not fill a container's disk");
      case EnvironmentFault.StoreFrozen _ ->
          Optional.of("verify does not freeze a container's disk");
      case EnvironmentFault.OfLibrary _,
          EnvironmentFault.Configured _,
          EnvironmentFault.CrashAt _ ->
          Optional.of("verify does not change the environment of a container");
      case EnvironmentFault.StoreLocked _, EnvironmentFault.CrashLoop _ ->
          Optional.of("verify cannot lock a database in a container");
      case EnvironmentFault.QueueFull _, EnvironmentFault.DeliveryLimit _ ->
          Optional.of("verify does not change the policies of its broker");
      case EnvironmentFault.Stopped _,
          EnvironmentFault.Killed _,
          EnvironmentFault.Paused _,
          EnvironmentFault.BrokerStopped _,
          EnvironmentFault.BrokerKilled _,
          EnvironmentFault.ConnectionsClosed _,
          EnvironmentFault.Alarm _ ->
          Optional.empty();
    };
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> compose("stop", container(service));
      case EnvironmentFault.Killed(var service) -> compose("kill", container(service));
      case EnvironmentFault.Paused(var service) -> compose("pause", container(service));
      case EnvironmentFault.BrokerStopped() -> compose("stop", brokerContainer);
      case EnvironmentFault.BrokerKilled() -> compose("kill", brokerContainer);
      case EnvironmentFault.ConnectionsClosed() -> ctl("close_all_connections", "verify");
      case EnvironmentFault.Alarm(var resource) -> ctl(RabbitControl.raiseAlarm(resource));
      default -> throw new IllegalArgumentException(fault.description());
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> compose("start", container(service));
      case EnvironmentFault.Killed(var service) -> compose("start", container(service));
      case EnvironmentFault.Paused(var service) -> compose("unpause", container(service));
      case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ -> startBroker();
      case EnvironmentFault.Alarm(var resource) ->
          ctl(RabbitControl.clearAlarm(resource, "absolute", "700000000"));
      default -> {}
    }
    awaitReady();
  }

  private String container(ServiceName service) {
    return flow.composeService(service);
  }

  private void startBroker() throws InterruptedException {
    compose("start", brokerContainer);
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!brokerAnswers()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CliException(ExitCode.UNREACHABLE, "the broker did not come back");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean brokerAnswers() {
    try {
      broker().openBrowser().close();
      return true;
    } catch (MessagingException e) {
      return false;
    }
  }

  private void ctl(String... arguments) throws InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("exec", "-T", brokerContainer, "rabbitmqctl", "-q"));
    words.addAll(List.of(arguments));
    compose(words.toArray(String[]::new));
  }

  private void compose(String... arguments) throws InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("docker", "compose", "-f", file.toString(), "--progress", "quiet"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      // Its output is read after its end, so that the limit holds; it is shorter than a pipe.
      if (!process.waitFor(COMMAND_LIMIT)) {
        process.destroyForcibly();
        throw failed(command, "no end within " + COMMAND_LIMIT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        byte[] output = process.getInputStream().readAllBytes();
        throw failed(command, new String(output, StandardCharsets.UTF_8).strip());
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "docker compose cannot be run: " + e.getMessage(), e);
    }
  }

  private static CliException failed(List<String> command, String reason) {
    return new CliException(ExitCode.INTERNAL, String.join(" ", command) + " failed: " + reason);
  }
}
