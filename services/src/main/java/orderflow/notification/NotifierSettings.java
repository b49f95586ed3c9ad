package orderflow.notification;

import java.net.URI;
import java.time.Clock;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;

/** How users are told. */
public sealed interface NotifierSettings {
  /** By a log line. */
  record Log() implements NotifierSettings {}

  /** How a connection to a mail server is encrypted. */
  enum SmtpTls {
    /** By STARTTLS; a server that does not offer it gets no mail. */
    STARTTLS,
    /** From the start, as {@code smtps} means. */
    IMPLICIT,
    /** Not at all: a password is sent in clear. */
    NONE
  }

  /**
   * By mail, one message each.
   *
   * @param server {@code smtp://[user:password@]host:port}, or {@code smtps} for TLS
   * @param from the sender's address
   * @param domain put behind a user id without an @ to make an address
   * @param encryption null for what fits the address: {@link SmtpTls#IMPLICIT} for {@code smtps},
   *     {@link SmtpTls#STARTTLS} where there is a password, and otherwise STARTTLS if it is offered
   * @param tls whom TLS trusts and who we are; null for the JDK's authorities and nobody
   */
  record Smtp(
      URI server, String from, String domain, @Nullable SmtpTls encryption, @Nullable TlsFiles tls)
      implements NotifierSettings {

    public Smtp(URI server, String from, String domain) {
      this(server, from, domain, null, null);
    }
  }

  /**
   * By a POST of JSON.
   *
   * @param url where to; its user and password are sent as Basic authentication
   * @param tls whom TLS trusts and who we are; null for the JDK's authorities and nobody
   */
  record Webhook(URI url, @Nullable TlsFiles tls) implements NotifierSettings {
    public Webhook(URI url) {
      this(url, null);
    }
  }

  /**
   * Opens it.
   *
   * @param clock dates mails, and reads dates in answers
   * @throws orderflow.tls.TlsException when a file is of no use
   */
  default Notifier open(Clock clock) {
    return switch (this) {
      case Log() -> new LogNotifier();
      case Smtp smtp -> new SmtpNotifier(smtp, clock);
      case Webhook webhook -> new WebhookNotifier(webhook, clock);
    };
  }
}
