package orderflow.cli.command;

import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.notification.NotificationService;
import orderflow.service.RunningService;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow serve-notify}. */
@Command(
    name = "serve-notify",
    mixinStandardHelpOptions = true,
    header = "Run the notification service: notifies the user of each reservation once.",
    description = {
      "",
      "Records each reservation from the broker once, and notifies its user with the",
      "method of --notifier; a failed notification is retried.",
    },
    footer = {
      "",
      "SIGTERM and Ctrl-C drain; SIGKILL loses nothing.",
      "",
      "Examples:",
      "  orderflow serve-notify",
      "  orderflow serve-notify --notifier webhook --webhook-url http://localhost:9000/",
      "  orderflow serve-notify --notifier smtp --smtp-url smtp://mail:25",
    })
public final class ServeNotify extends ServiceCommand {
  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free port (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_NOTIFY_PORT.",
      defaultValue = "8003")
  private int port = 8003;

  @Mixin private NotifierOptions notifier = new NotifierOptions();

  public ServeNotify(CliContext cli) {
    super(cli, ServiceName.NOTIFICATION);
  }

  @Override
  int port() {
    return port;
  }

  @Override
  RunningService start(ServiceSettings settings) {
    return NotificationService.start(settings, notifier.settings(global().tls()));
  }
}
