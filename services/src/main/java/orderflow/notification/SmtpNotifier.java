package orderflow.notification;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** One mail a notification, over one connection a batch. */
final class SmtpNotifier implements Notifier {
  private static final String TIMEOUT_MILLIS = "10000";

  private final NotifierSettings.Smtp settings;
  private final Clock clock;
  private final Session session;

  SmtpNotifier(NotifierSettings.Smtp settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
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
  public List<Optional<String>> send(List<Notification> notifications) {
    List<Optional<String>> results = new ArrayList<>(notifications.size());
    try (Transport transport = session.getTransport(settings.server().getScheme())) {
      connect(transport);
      for (Notification notification : notifications) {
        results.add(send(transport, notification));
      }
    } catch (MessagingException e) {
      while (results.size() < notifications.size()) {
        results.add(Optional.of("the mail server cannot be used: " + firstLine(e)));
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

  private Optional<String> send(Transport transport, Notification notification) {
    try {
      var mail = new StableIdMessage(session, notification.messageId());
      mail.setFrom(new InternetAddress(settings.from()));
      mail.setRecipient(RecipientType.TO, new InternetAddress(address(notification.userId())));
      mail.setSubject("Your order " + notification.orderId() + " is confirmed");
      mail.setHeader("X-Order-Id", notification.orderId());
      mail.setHeader(
          "Date",
          DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
      mail.setText(
          "Your order " + notification.orderId() + " has been reserved for you.\n",
          StandardCharsets.UTF_8.name());
      mail.saveChanges();
      transport.sendMessage(mail, mail.getAllRecipients());
      return Optional.empty();
    } catch (MessagingException | IllegalStateException e) { // the latter once it has hung up
      return Optional.of("the mail server refused: " + firstLine(e));
    }
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
