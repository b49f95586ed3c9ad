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

/** Options of commands that run services. */
final class ServeOptions {
  private static final Logger LOG = LoggerFactory.getLogger("Serving");
  private static final int MAX_PORT = 65_535;

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, loopback only).",
      defaultValue = "127.0.0.1")
  private String bind = "127.0.0.1";

  @Option(
      names = "--https-cert",
      paramLabel = "FILE",
      description = "Certificate (PEM) for HTTPS (default: plain HTTP).")
  private @Nullable Path httpsCert;

  @Option(
      names = "--https-key",
      paramLabel = "FILE",
      description = "Key of the certificate (PEM, not encrypted).")
  private @Nullable Path httpsKey;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description =
          "Store: sqlite, a file in --data-dir for one instance (default: ${DEFAULT-VALUE}).",
      defaultValue = "sqlite")
  private String store = "sqlite";

  @Option(
      names = "--accept-delivery-limit",
      fallbackValue = "true",
      description = "Accept quorum queues with a low delivery limit, or with one set by a policy.")
  private boolean acceptDeliveryLimit;

  LogFormat logFormat() {
    return data.logFormat();
  }

  DataOptions data() {
    return data;
  }

  ServiceSettings settings(CliContext cli, GlobalOptions global, RabbitBroker broker, int port) {
    if (!store.equals("sqlite")) {
      throw new CliException(ExitCode.USAGE, "--store: only sqlite is supported");
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
    if (global.token() == null && !isLoopback()) {
      LOG.warn(
          "Listens on {} without a token: every client that reaches it has access; use --token",
          bind);
    }
    if ((httpsCert == null) != (httpsKey == null)) {
      throw new CliException(ExitCode.USAGE, "--https-cert and --https-key require each other");
    }
    return HttpSettings.of(bind, port)
        .withToken(global.token())
        .withTls(
            httpsCert == null || httpsKey == null
                ? null
                : TlsFiles.ofServer(httpsCert, httpsKey).context());
  }

  /** The URL of a service on this machine, without its port. */
  String localUrl() {
    boolean anyAddress = bind.equals("0.0.0.0") || bind.equals("::");
    return (httpsCert == null ? "http://" : "https://") + (anyAddress ? "127.0.0.1" : bind);
  }

  private boolean isLoopback() {
    try {
      return InetAddress.getByName(bind).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return true; // listening reports it
    }
  }

  static void requirePort(String option, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new CliException(
          ExitCode.USAGE, option + " must be from 0 (any free port) to " + MAX_PORT);
    }
  }
}
