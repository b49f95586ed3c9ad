package orderflow.cli.command;

import java.net.URI;
import java.util.Locale;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.notification.NotifierSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How users are told. */
final class NotifierOptions {
  @Option(
      names = "--notifier",
      paramLabel = "WAY",
      description = "How users are told: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "log")
  private Way way = Way.LOG;

  @Option(
      names = "--smtp-url",
      paramLabel = "URL",
      description = "With smtp: smtp[s]://[user:password@]host:port.")
  private @Nullable URI smtpUrl;

  @Option(
      names = "--mail-from",
      paramLabel = "ADDRESS",
      description = "With smtp: the sender (default: ${DEFAULT-VALUE}).",
      defaultValue = "orderflow@localhost")
  private String mailFrom = "orderflow@localhost";

  @Option(
      names = "--mail-domain",
      paramLabel = "DOMAIN",
      description = "With smtp: mail goes to USER@DOMAIN (default: ${DEFAULT-VALUE}).",
      defaultValue = "localhost")
  private String mailDomain = "localhost";

  @Option(
      names = "--webhook-url",
      paramLabel = "URL",
      description = "With webhook: where each notification is POSTed.")
  private @Nullable URI webhookUrl;

  /** The ways there are. */
  enum Way {
    LOG,
    SMTP,
    WEBHOOK;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_PORT = 65_535;

  NotifierSettings settings() {
    return switch (way) {
      case LOG -> new NotifierSettings.Log();
      case SMTP ->
          new NotifierSettings.Smtp(
              required(smtpUrl, "--smtp-url", "smtp", "smtps"), mailFrom, mailDomain);
      case WEBHOOK ->
          new NotifierSettings.Webhook(required(webhookUrl, "--webhook-url", "http", "https"));
    };
  }

  private static URI required(@Nullable URI url, String option, String plain, String secure) {
    if (url == null
        || url.getHost() == null
        || url.getPort() > MAX_PORT
        || !(plain.equals(url.getScheme()) || secure.equals(url.getScheme()))) {
      throw new CommandFailure(
          ExitCode.USAGE, option + " must be an address such as " + plain + "://localhost:1025");
    }
    return url;
  }
}
