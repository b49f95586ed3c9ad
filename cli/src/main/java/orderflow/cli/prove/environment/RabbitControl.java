package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.prove.environment.EnvironmentFault.Alarm.Resource;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology.QueueType;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;

/** A private RabbitMQ node, started from the installed server. */
final class RabbitControl implements BrokerControl {
  private static final int DECLARE_ATTEMPTS = 5;
  private static final String POLICY = "verify";

  private final PrivateRabbitNode node;

  private RabbitControl(PrivateRabbitNode node) {
    this.node = node;
  }

  static RabbitControl start(Map<String, String> environment) throws InterruptedException {
    RabbitInstallation installation =
        RabbitInstallation.find(environment)
            .orElseThrow(() ->
                new CliException(
                    ExitCode.USAGE,
                    RabbitInstallation.NOT_FOUND
                        + "; install rabbitmq-server, or use --broker embedded or a URI"));
    try {
      PrivateRabbitNode node = PrivateRabbitNode.create(installation);
      try {
        node.start();
        return new RabbitControl(node);
      } catch (IOException | InterruptedException e) {
        node.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed("starting RabbitMQ", e);
    }
  }

  /** The arguments of rabbitmqctl that raise an alarm. */
  static String[] raiseAlarm(Resource resource) {
    return resource == Resource.MEMORY
        ? new String[] {"set_vm_memory_high_watermark", "0.0001"}
        : new String[] {"set_disk_free_limit", "9000GB"};
  }

  /**
   * The arguments of rabbitmqctl that clear an alarm.
   *
   * @param watermark the memory limit to restore
   */
  static String[] clearAlarm(Resource resource, String... watermark) {
    return resource == Resource.MEMORY
        ? Stream.concat(Stream.of("set_vm_memory_high_watermark"), Stream.of(watermark))
            .toArray(String[]::new)
        : new String[] {"set_disk_free_limit", "50MB"};
  }

  @Override
  public URI uri() {
    return URI.create(node.uri());
  }

  @Override
  public String description() {
    return "RabbitMQ " + node.version() + ", private node";
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return Optional.empty();
  }

  @Override
  public void inject(EnvironmentFault fault) throws InterruptedException {
    try {
      switch (fault) {
        case EnvironmentFault.BrokerStopped() -> node.stop();
        case EnvironmentFault.BrokerKilled() -> {
          // RabbitMQ 3 confirms declarations before it syncs them.
          node.ctl("eval", "mnesia:sync_log().");
          node.kill();
        }
        case EnvironmentFault.ConnectionsClosed() -> node.ctl("close_all_connections", "verify");
        case EnvironmentFault.Alarm(var resource) -> node.ctl(raiseAlarm(resource));
        case EnvironmentFault.QueueFull(var queue, int length) ->
            setPolicy(queue, "{\"max-length\": " + length + ", \"overflow\": \"reject-publish\"}");
        case EnvironmentFault.DeliveryLimit(var queue, int limit) -> {
          setPolicy(queue, "{\"delivery-limit\": " + limit + "}");
          redeclare(queue, QueueType.QUORUM);
        }
        default -> throw new IllegalArgumentException(fault.description());
      }
    } catch (IOException e) {
      throw failed(fault.description(), e);
    }
  }

  @Override
  public void heal(EnvironmentFault fault) throws InterruptedException {
    try {
      switch (fault) {
        case EnvironmentFault.BrokerStopped _, EnvironmentFault.BrokerKilled _ -> node.start();
        case EnvironmentFault.Alarm(var resource) -> node.ctl(clearAlarm(resource, "0.4"));
        case EnvironmentFault.DeliveryLimit(var queue, _) -> {
          node.ctl("clear_policy", POLICY);
          redeclare(queue, QueueType.DEFAULT);
        }
        case EnvironmentFault.QueueFull _ -> node.ctl("clear_policy", POLICY);
        default -> {}
      }
    } catch (IOException e) {
      throw failed("healing: " + fault.description(), e);
    }
  }

  /** Repeats it: a service may declare the missing queue first, as a classic queue. */
  private void redeclare(String queue, QueueType type) throws IOException, InterruptedException {
    var broker = new RabbitBroker(BrokerSettings.of(uri(), "orderflow-verify").withQueueType(type));
    for (int attempt = 0; attempt < DECLARE_ATTEMPTS; attempt++) {
      broker.deleteQueue(queue);
      broker.declareTopology();
      boolean isQuorum =
          node.ctl("list_queues", "name", "type", "policy")
              .lines()
              .anyMatch(line -> line.equals(queue + "\tquorum\t" + POLICY));
      if (isQuorum == (type == QueueType.QUORUM)) {
        return;
      }
    }
    throw new IOException(queue + " does not become a queue of type " + type);
  }

  private void setPolicy(String queue, String definition) throws IOException, InterruptedException {
    node.ctl("set_policy", "--apply-to", "queues", POLICY, "^" + queue + "$", definition);
  }

  @Override
  public void keepLog(Path folder) {
    try {
      Files.copy(
          node.folder().resolve(PrivateRabbitNode.LOG),
          folder.resolve("broker.log"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // the other files are worth keeping without it
    }
  }

  private static CliException failed(String action, IOException e) {
    return new CliException(ExitCode.INTERNAL, action + " failed: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    node.close();
  }
}
