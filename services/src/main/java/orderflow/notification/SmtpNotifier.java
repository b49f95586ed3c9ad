package orderflow.notification;

import jakarta.mail.Address;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** One mail a notification, over one connection a batch. */
final class SmtpNotifier implements Notifier {
  private static final int BATCH = 16;

  /** For a batch, checked before each further mail: a service that stops waits for no more. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private static final String TIMEOUT_MILLIS = "10000";
  private static final int TRANSIENT = 400;
  private static final int CLOSING = 421;
  private static final int PERMANENT = 500;

  private final NotifierSettings.Smtp settings;
  private final Clock clock;
  private final Duration limit;
  private final Session session;

  SmtpNotifier(NotifierSettings.Smtp settings, Clock clock) {
    this(settings, clock, LIMIT);
  }

  SmtpNotifier(NotifierSettings.Smtp settings, Clock clock, Duration limit) {
    this.settings = settings;
    this.clock = clock;
    this.limit = limit;
    String protocol = settings.server().getScheme();
    var properties = new Properties();
    for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
      properties.setProperty("mail." + protocol + "." + timeout, TIMEOUT_MILLIS);
    }
    properties.setProperty("mail.smtp.starttls.enable", "true");
    properties.setProperty("mail.smtps.ssl.checkserveridentity", "true");
    this.session = Session.getInstance(properties);
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Result> send(List<Notification> notifications) {
    long begun = System.nanoTime();
    List<Result> results = new ArrayList<>(notifications.size());
    try (Transport transport = session.getTransport(settings.server().getScheme())) {
      connect(transport);
      for (Notification notification : notifications) {
        Result result = send(transport, notification);
        if (result instanceof Result.Unreachable && !results.isEmpty()) {
          break; // many servers take so many mails a connection only: the next one begins with it
        }
        results.add(result);
        if (result instanceof Result.Unreachable || System.nanoTime() - begun >= limit.toNanos()) {
          break;
        }
      }
    } catch (MessagingException e) {
      if (results.isEmpty()) { // else it hung up behind the last one
        results.add(unusable(e));
      }
    }
    return results;
  }

  private void connect(Transport transport) throws MessagingException {
    URI server = settings.server();
    String user = null;
    String password = null;
    if (server.getUserInfo() != null) {
      String[] parts = server.getUserInfo().split(":", 2);
      user = parts[0];
      password = parts.length > 1 ? parts[1] : "";
    }
    transport.connect(server.getHost(), server.getPort(), user, password);
  }

  private Result send(Transport transport, Notification notification) {
    InternetAddress recipient;
    try {
      recipient = new InternetAddress(address(notification.userId()));
    } catch (AddressException e) {
      return new Result.Refused("the user id makes no mail address: " + firstLine(e));
    }
    try {
      transport.sendMessage(mail(notification, recipient), new Address[] {recipient});
      return new Result.Sent();
    } catch (AddressException e) {
      return new Result.Unreachable("no mail can be sent from " + settings.from());
    } catch (MessagingException e) {
      return judged(e);
    } catch (RuntimeException e) { // for one when the server has hung up
      return unusable(e);
    }
  }

  private MimeMessage mail(Notification notification, InternetAddress recipient)
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

  /** What was answered to the recipient or to the mail is about that; all else is about us. */
  private static Result judged(MessagingException failure) {
    Exception part = failure;
    while (part instanceof MessagingException e) {
      if (e instanceof SMTPAddressFailedException recipient) {
        return judged(recipient.getReturnCode(), recipient);
      }
      if (e instanceof SMTPSendFailedException mail && !mail.getCommand().startsWith("MAIL ")) {
        return judged(mail.getReturnCode(), mail);
      }
      part = e.getNextException();
    }
    return unusable(failure);
  }

  private static Result judged(int code, MessagingException e) {
    if (code >= PERMANENT) {
      return new Result.Refused("the mail server refused: " + firstLine(e));
    }
    return code >= TRANSIENT && code != CLOSING
        ? new Result.Deferred("the mail server defers: " + firstLine(e))
        : unusable(e);
  }

  private static Result unusable(Exception e) {
    return new Result.Unreachable("the mail server cannot be used: " + firstLine(e));
  }

  private String address(String userId) {
    return userId.contains("@") ? userId : userId + "@" + settings.domain();
  }

  private static String firstLine(Exception e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  /** The library makes a new message id whenever a mail is saved; this one keeps ours. */
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
