package orderflow.cli;

import java.net.URI;
import java.util.Map;
import orderflow.cli.client.ServiceName;
import orderflow.cli.view.OutputFormat;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology.QueueType;
import picocli.CommandLine.Option;

/** The options that every command has. */
public final class GlobalOptions {
  @Option(
      names = "--uri",
      paramLabel = "URI",
      description = "Broker: amqp[s]://user:password@host:port/vhost (default: ${DEFAULT-VALUE}).",
      defaultValue = "amqp://guest:guest@localhost:5672/")
  private URI uri = URI.create("amqp://guest:guest@localhost:5672/");

  @Option(
      names = "--order-url",
      paramLabel = "URL",
      description = "Order service (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8001")
  private URI orderUrl = URI.create("http://localhost:8001");

  @Option(
      names = "--inventory-url",
      paramLabel = "URL",
      description = "Inventory service (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8002")
  private URI inventoryUrl = URI.create("http://localhost:8002");

  @Option(
      names = "--notification-url",
      paramLabel = "URL",
      description = "Notification service (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:8003")
  private URI notificationUrl = URI.create("http://localhost:8003");

  @Option(
      names = "--queue-type",
      paramLabel = "TYPE",
      description =
          "How queues are declared: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, the"
              + " virtual host's own).",
      defaultValue = "default")
  private QueueType queueType = QueueType.DEFAULT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "Results as ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "table")
  private OutputFormat output = OutputFormat.TABLE;

  // A flag that the environment has set already stays set when it is given too.
  @Option(
      names = "--no-color",
      fallbackValue = "true",
      description = "No colours, as with the variable NO_COLOR.")
  private boolean noColor;

  @Option(
      names = {"-q", "--quiet"},
      fallbackValue = "true",
      description = "No progress, only results and errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      fallbackValue = "true",
      description = "More detail, and a stack trace with an error.")
  private boolean verbose;

  /** The services' addresses. */
  public Map<ServiceName, URI> urls() {
    return Map.of(
        ServiceName.ORDER, orderUrl,
        ServiceName.INVENTORY, inventoryUrl,
        ServiceName.NOTIFICATION, notificationUrl);
  }

  public URI orderUrl() {
    return orderUrl;
  }

  public URI inventoryUrl() {
    return inventoryUrl;
  }

  public URI notificationUrl() {
    return notificationUrl;
  }

  public URI uri() {
    return uri;
  }

  /** How queues are declared. */
  public QueueType queueType() {
    return queueType;
  }

  public OutputFormat output() {
    return output;
  }

  public boolean quiet() {
    return quiet;
  }

  public boolean verbose() {
    return verbose;
  }

  /** Whether what happens on standard error may be coloured. */
  public boolean colouredProgress(Surroundings surroundings) {
    return surroundings.errIsTerminal() && !noColor;
  }

  /** Whether results may be coloured. */
  public boolean coloured(Surroundings surroundings) {
    return surroundings.outIsTerminal() && !noColor;
  }

  /**
   * The broker that {@code --uri} names; nothing is connected yet.
   *
   * @param name shown in the broker's management
   */
  public RabbitBroker broker(String name) {
    return broker(uri, name);
  }

  /** Another broker, with the same options otherwise. */
  public RabbitBroker broker(URI address, String name) {
    try {
      return new RabbitBroker(BrokerSettings.of(address, name).withQueueType(queueType));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--uri: " + e.getMessage(), e);
    }
  }
}
