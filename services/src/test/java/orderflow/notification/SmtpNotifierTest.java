package orderflow.notification;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.notification.Notifier.Result;
import orderflow.notification.NotifierSettings.SmtpTls;
import orderflow.testing.ScriptedServer;
import orderflow.testing.SteppingClock;
import orderflow.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SmtpNotifierTest {
  private static final Result SENT = new Result.Sent();
  private static final List<Notification> SIX =
      Stream.of("a", "b", "c", "d", "e", "f").map(SmtpNotifierTest::notification).toList();

  private final Clock clock = new SteppingClock();

  @Test
  void mailHasSenderUserOrderAndAStableId() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (var notifier = notifier(server.getSmtp().getPort())) {
      assertEquals(List.of(SENT), notifier.send(List.of(notification("ord:1"))));
      assertEquals(List.of(SENT), notifier.send(List.of(notification("ord:1"))));
      MimeMessage[] mails = server.getReceivedMessages();
      assertEquals(2, mails.length);
      for (MimeMessage mail : mails) {
        assertEquals("shop@example.org", mail.getFrom()[0].toString());
        assertEquals("u1@example.com", mail.getAllRecipients()[0].toString());
        assertEquals(notification("ord:1").messageId(), mail.getMessageID());
        assertEquals("ord:1", mail.getHeader("X-Order-Id", null));
        assertTrue(mail.getSubject().contains("ord:1"), mail.getSubject());
        assertEquals(clock.instant(), mail.getSentDate().toInstant());
      }
    } finally {
      server.stop();
    }
  }

  @Test
  void missingServerIsUnreachable() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (var notifier = notifier(port)) {
      List<Result> results = notifier.send(SIX);
      assertEquals(1, results.size(), "the others need not be tried");
      String why = assertInstanceOf(Result.Unreachable.class, results.getFirst()).reason();
      assertTrue(why.contains("127.0.0.1"), why);
      assertEquals(1, why.lines().count());
    }
  }

  /** Responses to the mail or its recipient count; others do not. */
  @ParameterizedTest
  @CsvSource({
    "RCPT, 550 no such user, Refused",
    "RCPT, 552 mailbox full for good, Refused",
    "RCPT, 450 try again later, Deferred",
    "RCPT, 452 mailbox full, Deferred",
    "RCPT, 421 going down, Unreachable",
    "DATA, 451 try again later, Deferred",
    "., 554 we do not like it, Refused",
    "., 452 disk full, Deferred",
    "MAIL, 550 we do not know you, Unreachable",
    "MAIL, 451 slow down, Unreachable",
    "GREETING, 554 not for you, Unreachable",
    "GREETING, 421 too busy, Unreachable",
  })
  void replyDecidesIfNotificationOrServerIsAtFault(String verb, String reply, String kind)
      throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var notifier = notifier(socket.getLocalPort())) {
      Thread server = Thread.ofVirtual().start(() -> serve(socket, Map.of(verb, reply)));
      Result result = notifier.send(List.of(notification("a"))).getFirst();
      server.join();
      assertEquals(kind, result.getClass().getSimpleName());
      String why = assertInstanceOf(Result.Failed.class, result).reason();
      assertTrue(why.contains(reply), why);
    }
  }

  @Test
  void refusedOrDeferredMailDoesNotEndTheBatch() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var notifier = notifier(socket.getLocalPort())) {
      Thread server =
          Thread.ofVirtual()
              .start(() ->
                  serve(
                      socket,
                      Map.of(
                          "RCPT TO:<b@example.com>", "550 no such user",
                          "RCPT TO:<c@example.com>", "450 mailbox busy")));
      List<Result> results =
          notifier.send(
              Stream.of("a", "b", "c", "d")
                  .map(user -> new Notification("o-" + user, user, null, null))
                  .toList());
      server.join();
      assertEquals(
          List.of("Sent", "Refused", "Deferred", "Sent"),
          results.stream().map(result -> result.getClass().getSimpleName()).toList());
    }
  }

  /** Many servers take so many mails a connection only. Those that went out must count as sent. */
  @Test
  void connectionClosedBetweenMailsIsNoFailure() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var notifier = notifier(socket.getLocalPort())) {
      Thread server = Thread.ofVirtual().start(() -> takeOneMailAndHangUp(socket));
      List<Result> results = notifier.send(SIX);
      server.join();
      assertEquals(List.of(SENT), results, "the next call begins with the second one");
    }
  }

  @Test
  void slowBatchEndsEarly() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (var notifier =
        new SmtpNotifier(
            settings(server.getSmtp().getPort()), clock, Duration.ZERO, Duration.ofSeconds(12))) {
      assertEquals(List.of(SENT), notifier.send(SIX));
      assertEquals(1, server.getReceivedMessages().length);
    } finally {
      server.stop();
    }
  }

  @Test
  void userIdWithoutAValidAddressIsRefusedAlone() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (var notifier = notifier(server.getSmtp().getPort())) {
      List<Result> results =
          notifier.send(
              List.of(
                  notification("a"), new Notification("b", "..", null, null), notification("c")));
      assertEquals(SENT, results.get(0));
      assertInstanceOf(Result.Refused.class, results.get(1));
      assertEquals(SENT, results.get(2));
      assertEquals(2, server.getReceivedMessages().length);
    } finally {
      server.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"220-and one more line\r\n", "2", ""})
  void slowOrUnresponsiveServerIsAbandonedWithinTheLimit(String drip) throws Exception {
    var oneSecond = Duration.ofSeconds(1);
    try (var server = new ScriptedServer("", drip);
        var notifier = new SmtpNotifier(settings(server.port()), clock, oneSecond, oneSecond)) {
      long begun = System.nanoTime();
      List<Result> results = notifier.send(SIX);
      assertTrue(System.nanoTime() - begun < Duration.ofSeconds(8).toNanos(), "in time");
      String why = assertInstanceOf(Result.Unreachable.class, results.getFirst()).reason();
      assertEquals(1, results.size());
      assertEquals(
          "the mail server at 127.0.0.1:" + server.port() + " did not finish within 1 s", why);
    }
  }

  @Test
  void passwordIsSentWithoutTlsOnlyOnRequest() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("shop", "p@ss:word%");
    server.start();
    URI uri = URI.create("smtp://shop:p%40ss%3Aword%25@127.0.0.1:" + server.getSmtp().getPort());
    try {
      Result refused = send(uri, null, null);
      String why = assertInstanceOf(Result.Unreachable.class, refused).reason();
      assertTrue(why.contains("offers no STARTTLS; use --smtp-tls implicit"), why);
      assertFalse(why.contains("word"), why);
      assertEquals(0, server.getReceivedMessages().length);
      assertEquals(SENT, send(uri, SmtpTls.NONE, null));
      URI wrong = URI.create(uri.toString().replace("p%40ss", "other"));
      why = assertInstanceOf(Result.Unreachable.class, send(wrong, SmtpTls.NONE, null)).reason();
      assertTrue(why.contains("refused user and password: 535"), why);
      assertFalse(why.contains("Exception"), why);
    } finally {
      server.stop();
    }
  }

  @Test
  void tlsOptionsApplyAndTlsFailuresAreReported() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    server.start(); // with a certificate of its own, which is not trusted
    URI uri = URI.create("smtps://127.0.0.1:" + server.getSmtps().getPort());
    try {
      String why = assertInstanceOf(Result.Unreachable.class, send(uri, null, null)).reason();
      assertTrue(why.contains("has a certificate"), why);
      assertFalse(why.contains("Exception"), why);
      assertEquals(SENT, send(uri, null, new TlsFiles(null, null, null, true)));
      URI implicit = URI.create(uri.toString().replace("smtps", "smtp"));
      assertEquals(SENT, send(implicit, SmtpTls.IMPLICIT, new TlsFiles(null, null, null, true)));
    } finally {
      server.stop();
    }
  }

  private Result send(URI server, @Nullable SmtpTls encryption, @Nullable TlsFiles tls) {
    var settings =
        new NotifierSettings.Smtp(server, "shop@example.org", "example.com", encryption, tls);
    try (var notifier = new SmtpNotifier(settings, clock)) {
      return notifier.send(List.of(notification("a"))).getFirst();
    }
  }

  private static void takeOneMailAndHangUp(ServerSocket socket) {
    try (Socket client = socket.accept();
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      answer(client, "220 ready");
      String line = in.readLine();
      while (line != null) {
        if (line.equals("DATA")) {
          takeData(client, in);
          answer(client, "250 taken");
          in.readLine();
          answer(client, "421 too many mails on this connection");
          return;
        }
        answer(client, "250 fine");
        line = in.readLine();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the scripted mail server failed", e);
    }
  }

  /** One connection; {@code replies} by prefix of the command, all others succeed. */
  private static void serve(ServerSocket socket, Map<String, String> replies) {
    try (Socket client = socket.accept();
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      answer(client, replies.getOrDefault("GREETING", "220 ready"));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String reply = reply(replies, line);
        if (line.equals("DATA") && reply.equals("250 fine")) {
          takeData(client, in);
          reply = reply(replies, ".");
        }
        answer(client, reply);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the scripted mail server failed", e);
    }
  }

  private static String reply(Map<String, String> replies, String command) {
    return replies.entrySet().stream()
        .filter(entry -> command.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("250 fine");
  }

  private static void takeData(Socket client, BufferedReader in) throws IOException {
    answer(client, "354 go on");
    String line = in.readLine();
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
  }

  private static void answer(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  private SmtpNotifier notifier(int port) {
    return new SmtpNotifier(settings(port), clock);
  }

  private static NotifierSettings.Smtp settings(int port) {
    return new NotifierSettings.Smtp(
        URI.create("smtp://127.0.0.1:" + port), "shop@example.org", "example.com");
  }

  private static Notification notification(String orderId) {
    return new Notification(orderId, "u1", null, null);
  }
}
