package orderflow.notification;

import java.net.URI;
import java.time.Clock;

/** How users are told. */
public sealed interface NotifierSettings {
  /** By a log line. */
  record Log() implements NotifierSettings {}

  /**
   * By mail, one message each.
   *
   * @param server {@code smtp://[user:password@]host:port}, or {@code smtps} for TLS
   * @param from the sender's address
   * @param domain put behind a user id without an @ to make an address
   */
  record Smtp(URI server, String from, String domain) implements NotifierSettings {}

  /**
   * By a POST of JSON.
   *
   * @param url where to
   */
  record Webhook(URI url) implements NotifierSettings {}

  /** Opens it; {@code clock} dates mails. */
  default Notifier open(Clock clock) {
    return switch (this) {
      case Log() -> new LogNotifier();
      case Smtp smtp -> new SmtpNotifier(smtp, clock);
      case Webhook webhook -> new WebhookNotifier(webhook.url());
    };
  }
}
