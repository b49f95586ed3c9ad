package orderflow.cli.prove.environment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology.QueueType;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;

/** A private RabbitMQ node, from the server that is installed here. */
final class RabbitControl implements BrokerControl {
  private static final int DECLARING_ATTEMPTS = 5;
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
          // RabbitMQ 3 writes declarations to disk after it has answered; wait for those.
          node.ctl("eval", "mnesia:sync_log().");
          node.kill();
        }
        case EnvironmentFault.ConnectionsClosed() -> node.ctl("close_all_connections", "verify");
        case EnvironmentFault.Alarm(var resource) ->
            node.ctl(
                resource == EnvironmentFault.Alarm.Resource.MEMORY
                    ? new String[] {"set_vm_memory_high_watermark", "0.0001"}
                    : new String[] {"set_disk_free_limit", "9000GB"});
        case EnvironmentFault.QueueFull(var queue) ->
            setPolicy(queue, "{\"max-length\": 1, \"overflow\": \"reject-publish\"}");
        case EnvironmentFault.DeliveryLimit(var queue, int limit) -> {
          setPolicy(queue, "{\"delivery-limit\": " + limit + "}");
          declareAnew(queue, QueueType.QUORUM);
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
        case EnvironmentFault.BrokerStopped() -> node.start();
        case EnvironmentFault.BrokerKilled() -> node.start();
        case EnvironmentFault.Alarm(var resource) ->
            node.ctl(
                resource == EnvironmentFault.Alarm.Resource.MEMORY
                    ? new String[] {"set_vm_memory_high_watermark", "0.4"}
                    : new String[] {"set_disk_free_limit", "50MB"});
        case EnvironmentFault.DeliveryLimit(var queue, _) -> {
          node.ctl("clear_policy", POLICY);
          declareAnew(queue, QueueType.DEFAULT);
        }
        case EnvironmentFault.QueueFull _ -> node.ctl("clear_policy", POLICY);
        default -> {}
      }
    } catch (IOException e) {
      throw failed("mending: " + fault.description(), e);
    }
  }

  /** A service that misses the queue in between may declare it, and then as a classic queue. */
  private void declareAnew(String queue, QueueType type) throws IOException, InterruptedException {
    var broker = new RabbitBroker(BrokerSettings.of(uri(), "orderflow-verify").withQueueType(type));
    for (int attempt = 0; attempt < DECLARING_ATTEMPTS; attempt++) {
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

  /** Its own folder goes with the node. */
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

  private static CliException failed(String what, IOException e) {
    return new CliException(ExitCode.INTERNAL, what + " failed: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    node.close();
  }
}
