package orderflow.notification;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import orderflow.net.CallDeadline;
import orderflow.net.UserInfo;
import orderflow.notification.NotifierSettings.SmtpTls;
import orderflow.tls.TlsFailure;
import orderflow.tls.TlsFiles;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/** Sends one mail for each notification, over one connection for each batch. */
final class SmtpNotifier implements Notifier {
  private static final int BATCH = 16;

  /** For a batch, checked before each further mail, so that a service stops soon. */
  private static final Duration BATCH_LIMIT = Duration.ofSeconds(2);

  /** For the whole connection; shorter than the limit of a step. */
  private static final Duration DIALOGUE_LIMIT = Duration.ofSeconds(12);

  /** For each response of the server. */
  private static final String TIMEOUT_MILLIS = "10000";

  private static final int TRANSIENT = 400;
  private static final int CLOSING = 421;
  private static final int PERMANENT = 500;

  private final NotifierSettings.Smtp settings;
  private final Clock clock;
  private final Duration limit;
  private final Duration dialogueLimit;
  private final Optional<UserInfo> login;
  private final SSLSocketFactory tlsSockets;
  private final boolean identified;

  SmtpNotifier(NotifierSettings.Smtp settings, Clock clock) {
    this(settings, clock, BATCH_LIMIT, DIALOGUE_LIMIT);
  }

  SmtpNotifier(
      NotifierSettings.Smtp settings, Clock clock, Duration limit, Duration dialogueLimit) {
    this.settings = settings;
    this.clock = clock;
    this.limit = limit;
    this.dialogueLimit = dialogueLimit;
    this.login = UserInfo.of(settings.server());
    TlsFiles tls = settings.tls();
    this.identified = tls != null && tls.certificate() != null;
    this.tlsSockets =
        tls == null
            ? (SSLSocketFactory) SSLSocketFactory.getDefault()
            : tls.context().getSocketFactory();
  }

  private Session session(CallDeadline deadline) {
    String prefix = "mail." + protocol() + ".";
    var properties = new Properties();
    for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
      properties.setProperty(prefix + timeout, TIMEOUT_MILLIS);
    }
    properties.put(prefix + "socketFactory", deadline.guarding(SocketFactory.getDefault()));
    properties.setProperty(prefix + "socketFactory.fallback", "false");
    properties.put(prefix + "ssl.socketFactory", deadline.guarding(tlsSockets));
    properties.setProperty(prefix + "ssl.socketFactory.fallback", "false");
    properties.setProperty(
        prefix + "starttls.enable", String.valueOf(encryption() != SmtpTls.NONE));
    properties.setProperty(
        prefix + "starttls.required", String.valueOf(encryption() == SmtpTls.STARTTLS));
    boolean insecure = settings.tls() != null && settings.tls().insecure();
    properties.setProperty(prefix + "ssl.checkserveridentity", String.valueOf(!insecure));
    properties.setProperty(prefix + "auth", String.valueOf(login.isPresent()));
    return Session.getInstance(properties);
  }

  private String protocol() {
    return encryption() == SmtpTls.IMPLICIT ? "smtps" : "smtp";
  }

  /** Null: STARTTLS if the server offers it. A password is not sent in clear by default. */
  private @Nullable SmtpTls encryption() {
    if (settings.encryption() != null) {
      return settings.encryption();
    }
    if (settings.server().getScheme().equals("smtps")) {
      return SmtpTls.IMPLICIT;
    }
    return login.isPresent() ? SmtpTls.STARTTLS : null;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Result> send(List<Notification> notifications) {
    long begun = System.nanoTime();
    List<Result> results = new ArrayList<>(notifications.size());
    CallDeadline deadline = CallDeadline.in(dialogueLimit);
    Session session = session(deadline);
    try (deadline;
        Transport transport = session.getTransport(protocol())) {
      connect(transport);
      for (Notification notification : notifications) {
        Result result = send(session, transport, notification);
        if (result instanceof Result.Unreachable && !results.isEmpty()) {
          break; // many servers limit the mails of a connection: the next one begins with it
        }
        results.add(result);
        if (result instanceof Result.Unreachable || System.nanoTime() - begun >= limit.toNanos()) {
          break;
        }
      }
    } catch (MessagingException e) {
      if (results.isEmpty()) { // else the server closed the connection after the last mail
        results.add(unreachable(e));
      }
    }
    if (deadline.isExpired() && results.getFirst() instanceof Result.Unreachable) {
      return List.of(
          new Result.Unreachable(
              "the mail server at %s did not finish within %d s"
                  .formatted(where(), dialogueLimit.toSeconds())));
    }
    return results;
  }

  private void connect(Transport transport) throws MessagingException {
    URI server = settings.server();
    transport.connect(
        server.getHost(),
        server.getPort(),
        login.map(UserInfo::user).orElse(null),
        login.map(UserInfo::password).orElse(null));
  }

  private Result send(Session session, Transport transport, Notification notification) {
    InternetAddress recipient;
    try {
      recipient = new InternetAddress(address(notification.userId()));
    } catch (AddressException e) {
      return new Result.Refused("the user id makes no mail address: " + firstLine(e));
    }
    try {
      transport.sendMessage(mail(session, notification, recipient), new Address[] {recipient});
      return new Result.Sent();
    } catch (AddressException e) {
      return new Result.Unreachable("no mail can be sent from " + settings.from());
    } catch (MessagingException e) {
      return result(e);
    } catch (RuntimeException e) { // the library's, when the connection is closed
      return unreachable(e);
    }
  }

  private MimeMessage mail(Session session, Notification notification, InternetAddress recipient)
      throws MessagingException {
    var mail = new StableIdMessage(session, notification.messageId());
    mail.setFrom(new InternetAddress(settings.from()));
    mail.setRecipient(RecipientType.TO, recipient);
    mail.setSubject("Your order " + notification.orderId() + " is confirmed");
    mail.setHeader("X-Order-Id", notification.orderId());
    mail.setHeader(
        "Date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
    mail.setText(
        "Your order " + notification.orderId() + " has been reserved for you.\n",
        StandardCharsets.UTF_8.name());
    mail.saveChanges();
    return mail;
  }

  /** A response to the recipient or the mail concerns this notification; others the server. */
  private Result result(MessagingException failure) {
    Exception part = failure;
    while (part instanceof MessagingException e) {
      if (e instanceof SMTPAddressFailedException recipient) {
        return result(recipient.getReturnCode(), recipient);
      }
      if (e instanceof SMTPSendFailedException mail && !mail.getCommand().startsWith("MAIL ")) {
        return result(mail.getReturnCode(), mail);
      }
      part = e.getNextException();
    }
    return unreachable(failure);
  }

  private Result result(int code, MessagingException e) {
    if (code >= PERMANENT) {
      return new Result.Refused("the mail server refused: " + firstLine(e));
    }
    return code >= TRANSIENT && code != CLOSING
        ? new Result.Deferred("the mail server defers: " + firstLine(e))
        : unreachable(e);
  }

  private Result unreachable(Exception e) {
    String problem = TlsFailure.of(e, identified).orElseGet(() -> problem(e));
    return new Result.Unreachable("the mail server at " + where() + " " + problem);
  }

  private static String problem(Exception e) {
    String response = firstLine(e);
    if (e instanceof AuthenticationFailedException) {
      return "refused user and password: " + response;
    }
    if (response.startsWith("STARTTLS is required")) {
      return "offers no STARTTLS; use --smtp-tls implicit if it speaks TLS from the start, or"
          + " --smtp-tls none to send in clear";
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case UnknownHostException _ -> {
          return "cannot be found: its host name is unknown";
        }
        case ConnectException _ -> {
          return "is not reachable: nothing answers there";
        }
        case SocketTimeoutException _ -> {
          return "did not answer in time";
        }
        default -> {}
      }
    }
    return "cannot be used: " + response;
  }

  private String where() {
    URI server = settings.server();
    return server.getHost() + (server.getPort() < 0 ? "" : ":" + server.getPort());
  }

  private String address(String userId) {
    return userId.contains("@") ? userId : userId + "@" + settings.domain();
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null
        ? "it failed for no reason that is known"
        : message.lines().findFirst().orElse("").strip();
  }

  /** The library sets a new message id whenever a mail is saved. */
  private static final class StableIdMessage extends MimeMessage {
    private final String messageId;

    StableIdMessage(Session session, String messageId) {
      super(session);
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId);
    }
  }
}
