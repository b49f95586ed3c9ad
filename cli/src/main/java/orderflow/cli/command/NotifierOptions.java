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

/** How users are told. */
final class NotifierOptions {
  @Option(
      names = "--notifier",
      paramLabel = "WAY",
      description = "How users are told: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "log")
  private Method method = Method.LOG;

  @Option(
      names = "--smtp-url",
      paramLabel = "URL",
      description = {
        "With smtp: smtp[s]://[user:password@]host:port.",
        "The common TLS options hold for it.",
      })
  private @Nullable URI smtpUrl;

  @Option(
      names = "--smtp-tls",
      paramLabel = "HOW",
      description = {
        "With smtp: encryption, ${COMPLETION-CANDIDATES} (default: implicit with smtps://,"
            + " starttls with a password, otherwise starttls if the server offers it).",
        "With none, a password is sent in clear.",
      })
  private @Nullable SmtpEncryption smtpTls;

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
      description = {
        "With webhook: URL that gets a POST for each notification. A user and password in it are"
            + " sent as Basic authentication. The common TLS options hold for it.",
      })
  private @Nullable URI webhookUrl;

  /** The ways there are. */
  enum Method {
    LOG,
    SMTP,
    WEBHOOK;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** As {@link SmtpTls}, as it is named on the command line. */
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
   * @param tls whom TLS trusts and who we are; null for what the JDK does by itself
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
          ExitCode.USAGE, option + " must be an address such as " + plain + "://localhost:1025");
    }
    try {
      var _ = UserInfo.of(url);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
    return url;
  }
}
