package orderflow.notification;

import java.net.URI;
import java.time.Clock;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/** How notifications are sent. */
public sealed interface NotifierSettings {
  /** A log line. */
  record Log() implements NotifierSettings {}

  /** The encryption of a connection to a mail server. */
  enum SmtpTls {
    /** STARTTLS, required. */
    STARTTLS,
    /** TLS from the start, as with {@code smtps}. */
    IMPLICIT,
    /** None: a password is sent in clear. */
    NONE
  }

  /**
   * One mail for each notification.
   *
   * @param server {@code smtp://[user:password@]host:port}, or {@code smtps} for TLS
   * @param from the sender's address
   * @param domain completes a user id without an @ to an address
   * @param encryption null to derive it: {@link SmtpTls#IMPLICIT} for {@code smtps}, {@link
   *     SmtpTls#STARTTLS} with a password, and otherwise STARTTLS if it is offered
   * @param tls trusted authorities and client certificate; null for the JDK's authorities and none
   */
  record Smtp(
      URI server, String from, String domain, @Nullable SmtpTls encryption, @Nullable TlsFiles tls)
      implements NotifierSettings {

    public Smtp(URI server, String from, String domain) {
      this(server, from, domain, null, null);
    }
  }

  /**
   * One POST of JSON for each notification.
   *
   * @param url with user and password for Basic authentication, if any
   * @param tls trusted authorities and client certificate; null for the JDK's authorities and none
   */
  record Webhook(URI url, @Nullable TlsFiles tls) implements NotifierSettings {
    public Webhook(URI url) {
      this(url, null);
    }
  }

  /**
   * Opens the notifier.
   *
   * @param clock for the dates of mails and responses
   * @throws orderflow.tls.TlsException when a file cannot be used
   */
  default Notifier open(Clock clock) {
    return switch (this) {
      case Log() -> new LogNotifier();
      case Smtp smtp -> new SmtpNotifier(smtp, clock);
      case Webhook webhook -> new WebhookNotifier(webhook, clock);
    };
  }
}
