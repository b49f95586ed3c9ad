package orderflow.cli.options;

import java.lang.reflect.Field;
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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command has. */
public final class GlobalOptions {
  /** The options that a context may have, without dashes. */
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
          "Type of declared queues: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, that of"
              + " the virtual host).",
      defaultValue = "default")
  private QueueType queueType = QueueType.DEFAULT;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Context that supplies defaults (default: the current one, if any).")
  private @Nullable String context;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      converter = Converters.Token.class,
      description = "Bearer token that commands send and services require (default: none).")
  private @Nullable String token;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description = "Trusted CA certificates for amqps and https (PEM; default: Java's).")
  private @Nullable Path tlsCa;

  @Option(names = "--tls-cert", paramLabel = "FILE", description = "Client certificate (PEM).")
  private @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key of --tls-cert (PEM, not encrypted).")
  private @Nullable Path tlsKey;

  @Option(
      names = "--insecure",
      fallbackValue = "true",
      description = "Skip TLS certificate and host name verification.")
  private boolean insecure;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "Output format: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "table")
  private OutputFormat output = OutputFormat.TABLE;

  // The fallback value keeps a flag set that the environment has set too.
  @Option(
      names = "--no-color",
      fallbackValue = "true",
      description = "Disable colors, as the variable NO_COLOR does.")
  private boolean noColor;

  @Option(
      names = {"-q", "--quiet"},
      fallbackValue = "true",
      description = "Print only results and errors, no progress.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      fallbackValue = "true",
      description = "Print more detail, and stack traces with errors.")
  private boolean verbose;

  private String brokerOption = "--uri";

  /** Whether {@code option} is one of these. */
  static boolean contains(OptionSpec option) {
    return option.userObject() instanceof Field field
        && field.getDeclaringClass() == GlobalOptions.class;
  }

  /** The option's longest name without dashes. */
  public static String plainName(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  /** The addresses of the services with token and TLS settings. */
  public Services services() {
    Map<ServiceName, String> labels = new EnumMap<>(ServiceName.class);
    for (ServiceName name : ServiceName.values()) {
      labels.put(name, label(name.option()));
    }
    return new Services(
        Map.of(
            ServiceName.ORDER, orderUrl,
            ServiceName.INVENTORY, inventoryUrl,
            ServiceName.NOTIFICATION, notificationUrl),
        labels,
        ServiceAccess.of(token(), tls()));
  }

  /** How errors name the value of an option. */
  private String label(String option) {
    return OptionDefaults.valueOf(spec().findOption(option)).label();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(command);
  }

  /** The bearer token; null for none. */
  public @Nullable String token() {
    return token == null || token.isEmpty() ? null : token;
  }

  public boolean insecure() {
    return insecure;
  }

  /**
   * The TLS settings; null for the JDK's defaults.
   *
   * @throws CliException when only one of certificate and key was given
   */
  public @Nullable TlsFiles tls() {
    if ((tlsCert == null) != (tlsKey == null)) {
      throw new CliException(ExitCode.USAGE, "--tls-cert and --tls-key go together");
    }
    return tlsCa == null && tlsCert == null && !insecure
        ? null
        : new TlsFiles(tlsCa, tlsCert, tlsKey, insecure);
  }

  /** The value of the flag {@code --context}. */
  public Optional<String> context() {
    return Optional.ofNullable(context);
  }

  public URI uri() {
    return uri;
  }

  /**
   * The address in {@code --uri}.
   *
   * @throws CliException when it is not the address of a broker
   */
  public BrokerAddress brokerAddress() {
    try {
      return BrokerAddress.of(uri);
    } catch (IllegalArgumentException e) {
      throw notABroker("--uri", e);
    }
  }

  private CliException notABroker(String option, IllegalArgumentException e) {
    return new CliException(ExitCode.USAGE, label(option) + ": " + e.getMessage(), e);
  }

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

  /** Whether progress on standard error has colors. */
  public boolean coloredProgress(CliContext cli) {
    return cli.errIsTerminal() && !noColor && supportsColor(cli);
  }

  /** Whether results have colors. */
  public boolean coloredResults(CliContext cli) {
    return cli.outIsTerminal() && !noColor && supportsColor(cli);
  }

  /** Whether the type of the terminal supports colors. */
  public static boolean supportsColor(CliContext cli) {
    return !cli.environment().getOrDefault("TERM", "").equals("dumb");
  }

  /** Commands to suggest, with the connection options of this one. */
  public CommandHints commandHints() {
    return CommandHints.of(spec().root().name(), OptionDefaults.typedGlobalOptions(spec()));
  }

  /** The option that named the broker of a command, for errors. */
  public static String brokerOption(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(GlobalOptions.class::isInstance)
        .map(options -> ((GlobalOptions) options).brokerOption)
        .findFirst()
        .orElse("--uri");
  }

  /** The options that make another orderflow reach a broker as this one does, without its URI. */
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
   * The broker of {@code --uri}, not connected yet.
   *
   * @param name of the connection, shown by the broker
   */
  public RabbitBroker broker(String name) {
    return broker(uri, "--uri", name);
  }

  /**
   * Another broker with the same options otherwise, not connected yet.
   *
   * @param option that holds the address, with its dashes
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
