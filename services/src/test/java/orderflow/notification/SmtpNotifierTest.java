package orderflow.notification;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import orderflow.testing.SteppingClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SmtpNotifierTest {
  private static final List<Notification> SIX =
      Stream.of("a", "b", "c", "d", "e", "f").map(SmtpNotifierTest::notification).toList();

  private final Clock clock = new SteppingClock();

  @Test
  void aMailNamesSenderUserAndOrderAndKeepsItsIdWhenSentAgain() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (var notifier = notifier(server.getSmtp().getPort())) {
      assertEquals(List.of(Optional.empty()), notifier.send(List.of(notification("ord:1"))));
      assertEquals(List.of(Optional.empty()), notifier.send(List.of(notification("ord:1"))));
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
  void aServerThatIsNotThereFailsEachAndThrowsNothing() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (var notifier = notifier(port)) {
      List<Optional<String>> results = notifier.send(SIX);
      assertEquals(6, results.size());
      assertTrue(results.stream().allMatch(Optional::isPresent));
    }
  }

  /** Many servers take so many mails a connection only. Those that went out must count as sent. */
  @Test
  void aServerThatHangsUpInBetweenFailsOnlyWhatItDidNotTake() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var notifier = notifier(socket.getLocalPort())) {
      Thread server = Thread.ofVirtual().start(() -> takeOneMailAndHangUp(socket));
      List<Optional<String>> results = notifier.send(SIX);
      server.join();
      assertEquals(6, results.size());
      assertEquals(Optional.empty(), results.getFirst());
      assertTrue(results.stream().skip(1).allMatch(Optional::isPresent), results::toString);
    }
  }

  @Test
  void aUserIdThatMakesNoAddressFailsAloneAndTheOthersGoOut() throws Exception {
    var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.start();
    try (var notifier = notifier(server.getSmtp().getPort())) {
      List<Optional<String>> results =
          notifier.send(
              List.of(
                  notification("a"), new Notification("b", "..", null, null), notification("c")));
      assertEquals(List.of(true, false, true), results.stream().map(Optional::isEmpty).toList());
      assertEquals(2, server.getReceivedMessages().length);
    } finally {
      server.stop();
    }
  }

  private static void takeOneMailAndHangUp(ServerSocket socket) {
    try (Socket client = socket.accept();
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
      answer(client, "220 ready");
      String line = in.readLine();
      while (line != null) {
        if (line.equals("DATA")) {
          answer(client, "354 go on");
          while (line != null && !line.equals(".")) {
            line = in.readLine();
          }
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

  private static void answer(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  private SmtpNotifier notifier(int port) {
    return new SmtpNotifier(
        new NotifierSettings.Smtp(
            URI.create("smtp://127.0.0.1:" + port), "shop@example.org", "example.com"),
        clock);
  }

  private static Notification notification(String orderId) {
    return new Notification(orderId, "u1", null, null);
  }
}
