package orderflow.cli.command;

import java.util.concurrent.Callable;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.Logging;
import orderflow.cli.options.GlobalOptions;
import orderflow.notification.NotificationService;
import orderflow.service.RunningService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow serve-notify}. */
@Command(
    name = "serve-notify",
    mixinStandardHelpOptions = true,
    header = "Run the notification service: tells each user of a reservation once.",
    description = {
      "",
      "Records each reservation that comes over the wire once, and tells its user in",
      "the way that --notifier says; where that fails it tries again.",
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
public final class ServeNotify implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();
  @Mixin private ServeOptions serve = new ServeOptions();

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description =
          "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}). Variable:"
              + " ORDERFLOW_NOTIFY_PORT.",
      defaultValue = "8003")
  private int port = 8003;

  @Mixin private NotifierOptions notifier = new NotifierOptions();

  public ServeNotify(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    Logging.configureForServices(serve.logFormat());
    var settings = serve.settings(cli, global, global.broker("notification_service"), port);
    RunningService service =
        AlreadyRunningCheck.start(
            serve,
            ServiceName.NOTIFICATION,
            port,
            () -> NotificationService.start(settings, notifier.settings(global.tls())));
    return ServiceRunner.runUntilInterrupted(cli, "notification service", service);
  }
}
