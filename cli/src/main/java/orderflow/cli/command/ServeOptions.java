package orderflow.cli.command;

import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.LogFormat;
import orderflow.cli.Surroundings;
import orderflow.http.HttpSettings;
import orderflow.messaging.Broker;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of what runs services. */
final class ServeOptions {
  private static final int MAX_PORT = 65_535;

  @Mixin private DataOptions data = new DataOptions();

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).",
      defaultValue = "127.0.0.1")
  private String bind = "127.0.0.1";

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "sqlite: a file in --data-dir, for one instance (default: ${DEFAULT-VALUE}).",
      defaultValue = "sqlite")
  private String store = "sqlite";

  LogFormat logFormat() {
    return data.logFormat();
  }

  DataOptions data() {
    return data;
  }

  ServiceSettings settings(Surroundings surroundings, Broker broker, int port) {
    if (!store.equals("sqlite")) {
      throw new CommandFailure(
          ExitCode.USAGE, "--store: this version keeps its data in sqlite only");
    }
    requirePort("--port", port);
    return new ServiceSettings(
        broker,
        data.dataDir(surroundings),
        HttpSettings.of(bind, port),
        surroundings.clock(),
        surroundings.random());
  }

  static void requirePort(String option, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new CommandFailure(ExitCode.USAGE, option + " is from 0 (any free one) to " + MAX_PORT);
    }
  }
}
