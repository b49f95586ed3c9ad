package orderflow.cli.command;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.LogFormat;
import orderflow.cli.options.GlobalOptions;
import orderflow.http.HttpSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.service.ServiceSettings;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of what runs services. */
final class ServeOptions {
  private static final Logger LOG = LoggerFactory.getLogger("Serving");
  private static final int MAX_PORT = 65_535;

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).",
      defaultValue = "127.0.0.1")
  private String bind = "127.0.0.1";

  @Option(
      names = "--https-cert",
      paramLabel = "FILE",
      description = "Speak HTTPS, with this certificate in PEM (default: plain HTTP).")
  private @Nullable Path httpsCert;

  @Option(
      names = "--https-key",
      paramLabel = "FILE",
      description = "The certificate's key, in PEM and not encrypted.")
  private @Nullable Path httpsKey;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "sqlite: a file in --data-dir, for one instance (default: ${DEFAULT-VALUE}).",
      defaultValue = "sqlite")
  private String store = "sqlite";

  @Option(
      names = "--accept-delivery-limit",
      fallbackValue = "true",
      description =
          "Be ready on quorum queues with a low delivery limit, or with one that a policy sets.")
  private boolean acceptDeliveryLimit;

  LogFormat logFormat() {
    return data.logFormat();
  }

  DataOptions data() {
    return data;
  }

  ServiceSettings settings(CliContext cli, GlobalOptions global, RabbitBroker broker, int port) {
    if (!store.equals("sqlite")) {
      throw new CliException(ExitCode.USAGE, "--store: this version keeps its data in sqlite only");
    }
    requirePort("--port", port);
    return new ServiceSettings(
        acceptDeliveryLimit ? broker.withoutDeliveryLimitCheck() : broker,
        data.dataDir(cli),
        http(global, port),
        cli.clock(),
        cli.random());
  }

  private HttpSettings http(GlobalOptions global, int port) {
    if (global.token() == null && !isThisMachine()) {
      LOG.warn(
          "Listens on {} without a token: whoever can reach it may use it; --token asks for one",
          bind);
    }
    if ((httpsCert == null) != (httpsKey == null)) {
      throw new CliException(ExitCode.USAGE, "--https-cert and --https-key go together");
    }
    return HttpSettings.of(bind, port)
        .withToken(global.token())
        .withTls(
            httpsCert == null || httpsKey == null
                ? null
                : TlsFiles.ofServer(httpsCert, httpsKey).context());
  }

  /** How a service that runs with these options is reached on this machine, without its port. */
  String localUrl() {
    boolean every = bind.equals("0.0.0.0") || bind.equals("::");
    return (httpsCert == null ? "http://" : "https://") + (every ? "127.0.0.1" : bind);
  }

  private boolean isThisMachine() {
    try {
      return InetAddress.getByName(bind).isLoopbackAddress();
    } catch (UnknownHostException e) {
      // Listening will say so.
      return true;
    }
  }

  static void requirePort(String option, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new CliException(ExitCode.USAGE, option + " is from 0 (any free one) to " + MAX_PORT);
    }
  }
}
