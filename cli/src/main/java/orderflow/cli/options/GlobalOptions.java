package orderflow.cli.options;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.view.OutputFormat;
import orderflow.messaging.BrokerAddress;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology.QueueType;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command has. */
public final class GlobalOptions {
  /** What a context may hold, without its dashes: what to talk to, and how. */
  public static final Set<String> IN_CONTEXT =
      Set.of(
          "uri",
          "order-url",
          "inventory-url",
          "notification-url",
          "queue-type",
          "token",
          "tls-ca",
          "tls-cert",
          "tls-key",
          "insecure",
          "output");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

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
      description = "Notifications (default: ${DEFAULT-VALUE}).",
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
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Take what is not given from this context (default: the current one, if any).")
  private @Nullable String context;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      converter = Converters.Token.class,
      description = "Bearer token: commands send it, services ask for it (default: none).")
  private @Nullable String token;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Trust these authorities, in PEM, for amqps and https (default: Java's own).")
  private @Nullable Path tlsCa;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Our certificate, in PEM, where the other side asks for one.")
  private @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its key, in PEM and not encrypted.")
  private @Nullable Path tlsKey;

  @Option(
      names = "--insecure",
      fallbackValue = "true",
      description = "Trust whoever answers: neither certificate nor name is verified.")
  private boolean insecure;

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

  private String brokerOption = "--uri";

  /** The services' addresses, and how they let us in. */
  public Services services() {
    Map<ServiceName, String> named = new EnumMap<>(ServiceName.class);
    for (ServiceName name : ServiceName.values()) {
      named.put(name, ValueSource.named(Objects.requireNonNull(command), name.option()));
    }
    return new Services(
        Map.of(
            ServiceName.ORDER, orderUrl,
            ServiceName.INVENTORY, inventoryUrl,
            ServiceName.NOTIFICATION, notificationUrl),
        named,
        ServiceAccess.of(token(), tls()));
  }

  /** What the services' clients send and the services ask for; null for none. */
  public @Nullable String token() {
    return token == null || token.isEmpty() ? null : token;
  }

  /** Whether whoever answers is trusted. */
  public boolean insecure() {
    return insecure;
  }

  /** As the options say; null when they say nothing, for what the JDK does by itself. */
  public @Nullable TlsFiles tls() {
    if ((tlsCert == null) != (tlsKey == null)) {
      throw new CliException(ExitCode.USAGE, "--tls-cert and --tls-key go together");
    }
    return tlsCa == null && tlsCert == null && !insecure
        ? null
        : new TlsFiles(tlsCa, tlsCert, tlsKey, insecure);
  }

  /** The context that was named on the command line. */
  public Optional<String> context() {
    return Optional.ofNullable(context);
  }

  public URI uri() {
    return uri;
  }

  /**
   * What {@code --uri} says.
   *
   * @throws CliException when it is no address of a broker
   */
  public BrokerAddress brokerAddress() {
    try {
      return BrokerAddress.of(uri);
    } catch (IllegalArgumentException e) {
      throw notABroker("--uri", e);
    }
  }

  private CliException notABroker(String option, IllegalArgumentException e) {
    return new CliException(
        ExitCode.USAGE,
        ValueSource.named(Objects.requireNonNull(command), option) + ": " + e.getMessage(),
        e);
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
  public boolean coloredProgress(CliContext cli) {
    return cli.errIsTerminal() && !noColor && supportsColor(cli);
  }

  /** Whether results may be coloured. */
  public boolean coloredResults(CliContext cli) {
    return cli.outIsTerminal() && !noColor && supportsColor(cli);
  }

  /** Whether a terminal, if there is one, is more than a typewriter. */
  public static boolean supportsColor(CliContext cli) {
    return !cli.environment().getOrDefault("TERM", "").equals("dumb");
  }

  /** Commands to advise, which repeat what this one was told to talk to. */
  public CommandHints commandHints() {
    CommandSpec spec = Objects.requireNonNull(command);
    return CommandHints.of(spec.root().name(), ValueSource.commonOptions(spec));
  }

  /** The option that the broker was named by which a command talks to. */
  public static String brokerOption(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(GlobalOptions.class::isInstance)
        .map(options -> ((GlobalOptions) options).brokerOption)
        .findFirst()
        .orElse("--uri");
  }

  /**
   * The broker that {@code --uri} names; nothing is connected yet.
   *
   * @param name shown in the broker's management
   */
  public RabbitBroker broker(String name) {
    return broker(uri, "--uri", name);
  }

  /** What another orderflow must be told to reach a broker as this one does, but its address. */
  public List<String> brokerOptions() {
    List<String> options = new ArrayList<>(List.of("--queue-type", queueType.toString()));
    if (tlsCa != null) {
      options.addAll(List.of("--tls-ca", tlsCa.toString()));
    }
    if (tlsCert != null && tlsKey != null) {
      options.addAll(List.of("--tls-cert", tlsCert.toString(), "--tls-key", tlsKey.toString()));
    }
    if (insecure) {
      options.add("--insecure");
    }
    return options;
  }

  /**
   * Another broker, with the same options otherwise.
   *
   * @param option that the address is from, with its dashes
   */
  public RabbitBroker broker(URI address, String option, String name) {
    brokerOption = option;
    try {
      return new RabbitBroker(
          BrokerSettings.of(address, name).withQueueType(queueType).withTls(tls()));
    } catch (IllegalArgumentException e) {
      throw notABroker(option, e);
    }
  }
}
