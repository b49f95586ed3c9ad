package orderflow.cli.command;

import java.net.URI;
import java.util.Locale;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.net.UserInfo;
import orderflow.notification.NotifierSettings;
import orderflow.notification.NotifierSettings.SmtpTls;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the notification method. */
final class NotifierOptions {
  @Option(
      names = "--notifier",
      paramLabel = "METHOD",
      description = "Notification method: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "log")
  private Method method = Method.LOG;

  @Option(
      names = "--smtp-url",
      paramLabel = "URL",
      description = {
        "Mail server for smtp: smtp[s]://[user:password@]host:port.",
        "The common TLS options apply to it.",
      })
  private @Nullable URI smtpUrl;

  @Option(
      names = "--smtp-tls",
      paramLabel = "MODE",
      description = {
        "Encryption for smtp: ${COMPLETION-CANDIDATES} (default: implicit with smtps://,"
            + " starttls with a password, otherwise starttls if the server offers it).",
        "With none, a password is sent in clear text.",
      })
  private @Nullable SmtpEncryption smtpTls;

  @Option(
      names = "--mail-from",
      paramLabel = "ADDRESS",
      description = "Sender for smtp (default: ${DEFAULT-VALUE}).",
      defaultValue = "orderflow@localhost")
  private String mailFrom = "orderflow@localhost";

  @Option(
      names = "--mail-domain",
      paramLabel = "DOMAIN",
      description = "Domain for smtp: mail goes to USER@DOMAIN (default: ${DEFAULT-VALUE}).",
      defaultValue = "localhost")
  private String mailDomain = "localhost";

  @Option(
      names = "--webhook-url",
      paramLabel = "URL",
      description = {
        "URL for webhook: receives a POST for each notification. User and password in it are sent"
            + " as Basic authentication. The common TLS options apply to it.",
      })
  private @Nullable URI webhookUrl;

  enum Method {
    LOG,
    SMTP,
    WEBHOOK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@link SmtpTls} by its names on the command line. */
  enum SmtpEncryption {
    STARTTLS(SmtpTls.STARTTLS),
    IMPLICIT(SmtpTls.IMPLICIT),
    NONE(SmtpTls.NONE);

    private final SmtpTls setting;

    SmtpEncryption(SmtpTls setting) {
      this.setting = setting;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_PORT = 65_535;

  /**
   * @param tls trust and client certificate; null for the JDK's default
   */
  NotifierSettings settings(@Nullable TlsFiles tls) {
    return switch (method) {
      case LOG -> new NotifierSettings.Log();
      case SMTP -> smtp(required(smtpUrl, "--smtp-url", "smtp", "smtps"), tls);
      case WEBHOOK ->
          new NotifierSettings.Webhook(required(webhookUrl, "--webhook-url", "http", "https"), tls);
    };
  }

  private NotifierSettings smtp(URI url, @Nullable TlsFiles tls) {
    if ("smtps".equals(url.getScheme()) && smtpTls != null && smtpTls != SmtpEncryption.IMPLICIT) {
      throw new CliException(
          ExitCode.USAGE, "--smtp-tls " + smtpTls + " contradicts smtps://; use smtp://");
    }
    return new NotifierSettings.Smtp(
        url, mailFrom, mailDomain, smtpTls == null ? null : smtpTls.setting, tls);
  }

  private static URI required(@Nullable URI url, String option, String plain, String secure) {
    if (url == null
        || url.getHost() == null
        || url.getPort() > MAX_PORT
        || !(plain.equals(url.getScheme()) || secure.equals(url.getScheme()))) {
      throw new CliException(
          ExitCode.USAGE,
          "%s is not a valid address (example: %s://localhost:1025)".formatted(option, plain));
    }
    try {
      var _ = UserInfo.of(url);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
    return url;
  }
}
