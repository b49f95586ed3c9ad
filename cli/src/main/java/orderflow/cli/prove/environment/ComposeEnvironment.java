package orderflow.cli.prove.environment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;

/** The containers of our compose file, which run already. */
public final class ComposeEnvironment extends RemoteEnvironment {
  private static final String BROKER = "rabbitmq";
  private static final long COMMAND_LIMIT_SECONDS = 120;

  private final Path file;

  /**
   * @param file the compose file
   */
  public ComposeEnvironment(RabbitBroker broker, Services services, Path file) {
    super(broker, services);
    this.file = file;
  }

  @Override
  public String description() {
    return broker().address() + " and services in containers, by docker compose";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Network _ -> Optional.of("there is no proxy between the containers");
      case EnvironmentFault.StoreFull _ ->
          Optional.of("the containers' disks are not ours to fill");
      case EnvironmentFault.StoreFrozen _ ->
          Optional.of("the containers' disks are not ours to freeze");
      case EnvironmentFault.CrashLoop _ ->
          Optional.of("a database in a container cannot be locked from here");
      case EnvironmentFault.QueueFull _, EnvironmentFault.DeliveryLimit _ ->
          Optional.of("the policies of its broker stay as they are");
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
      case EnvironmentFault.BrokerStopped() -> compose("stop", BROKER);
      case EnvironmentFault.BrokerKilled() -> compose("kill", BROKER);
      case EnvironmentFault.ConnectionsClosed() -> ctl("close_all_connections", "verify");
      case EnvironmentFault.Alarm(var resource) -> {
        switch (resource) {
          case MEMORY -> ctl("set_vm_memory_high_watermark", "0.0001");
          case DISK -> ctl("set_disk_free_limit", "9000GB");
        }
      }
      case EnvironmentFault.Network _,
          EnvironmentFault.StoreFull _,
          EnvironmentFault.StoreFrozen _,
          EnvironmentFault.QueueFull _,
          EnvironmentFault.DeliveryLimit _,
          EnvironmentFault.CrashLoop _ ->
          throw new IllegalArgumentException(fault.description());
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.Stopped(var service) -> compose("start", container(service));
      case EnvironmentFault.Killed(var service) -> compose("start", container(service));
      case EnvironmentFault.Paused(var service) -> compose("unpause", container(service));
      case EnvironmentFault.BrokerStopped() -> startBroker();
      case EnvironmentFault.BrokerKilled() -> startBroker();
      case EnvironmentFault.Alarm(var resource) -> {
        switch (resource) {
          case MEMORY -> ctl("set_vm_memory_high_watermark", "absolute", "700000000");
          case DISK -> ctl("set_disk_free_limit", "50MB");
        }
      }
      case EnvironmentFault.ConnectionsClosed _,
          EnvironmentFault.Network _,
          EnvironmentFault.StoreFull _,
          EnvironmentFault.StoreFrozen _,
          EnvironmentFault.QueueFull _,
          EnvironmentFault.DeliveryLimit _,
          EnvironmentFault.CrashLoop _ -> {}
    }
    awaitReady();
  }

  private static String container(ServiceName service) {
    return service + "_service";
  }

  private void startBroker() throws InterruptedException {
    compose("start", BROKER);
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    while (!answers()) {
      if (System.nanoTime() - deadline > 0) {
        throw new CliException(ExitCode.UNREACHABLE, "the broker does not come back");
      }
      Thread.sleep(200);
    }
  }

  private boolean answers() {
    try {
      broker().openBrowser().close();
      return true;
    } catch (MessagingException e) {
      return false;
    }
  }

  private void ctl(String... arguments) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("exec", "-T", BROKER, "rabbitmqctl", "-q"));
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
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new CliException(
            ExitCode.INTERNAL, String.join(" ", command) + " failed: " + said.strip());
      }
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "docker compose cannot be run: " + e.getMessage(), e);
    }
  }
}
