package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import orderflow.event.OrderPlaced;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StoppedBrokerTest {
  /** Two missed heartbeats, with a margin for slow machines. */
  private static final Duration NOTICED = Duration.ofSeconds(50);

  /** Forwards until it is stopped; then it neither reads, writes nor closes. */
  private static final class StoppingForwarder implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final CountDownLatch never = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();
    private volatile boolean stopped;

    StoppingForwarder(URI broker) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            try {
              Socket client = listener.accept();
              var target = new Socket(broker.getHost(), broker.getPort());
              sockets.addAll(List.of(client, target));
              Thread.ofVirtual().start(() -> pump(client, target));
              Thread.ofVirtual().start(() -> pump(target, client));
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[8 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (stopped) {
            never.await();
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // one end has closed
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void publishToAStoppedBrokerFailsAfterMissedHeartbeats() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
        var forwarder = new StoppingForwarder(URI.create(broker.uri()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String uri =
          broker.uri().replaceFirst(":\\d+(/|$)", ":" + forwarder.listener.getLocalPort() + "$1");
      Publisher publisher =
          new RabbitBroker(BrokerSettings.of(URI.create(uri), "test"))
              .openPublisher(Duration.ofMinutes(5));
      forwarder.stopped = true;
      var publishing = threads.submit(() -> publishUntilItFails(publisher));
      assertInstanceOf(
          MessagingException.class, publishing.get(NOTICED.toSeconds(), TimeUnit.SECONDS));
    }
  }

  /** Far more than all buffers hold. */
  private static Exception publishUntilItFails(Publisher publisher) throws InterruptedException {
    Message small = Message.of(new OrderPlaced("o", "widget", 1, "u"), Instant.EPOCH, "test");
    Message large =
        new Message(small.exchange(), small.routingKey(), small.properties(), new byte[100_000]);
    try {
      for (int i = 0; i < 1_000; i++) {
        publisher.publish(i, large);
      }
      while (true) {
        publisher.confirmedIds(Duration.ofMillis(250));
      }
    } catch (MessagingException e) {
      return e;
    }
  }
}
