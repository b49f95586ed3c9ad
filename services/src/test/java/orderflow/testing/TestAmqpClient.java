package orderflow.testing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A small client that checks whether a broker keeps confirmed messages. */
final class TestAmqpClient {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private TestAmqpClient() {}

  static void publishConfirmed(String uri, String queue, String text) throws Exception {
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare(queue, true, false, false, Map.of());
      channel.confirmSelect();
      channel.basicPublish(
          "",
          queue,
          MessageProperties.MINIMAL_PERSISTENT_BASIC,
          text.getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(LIMIT.toMillis());
    }
  }

  static List<String> takeAll(String uri, String queue) throws Exception {
    try (Connection connection = connect(uri);
        Channel channel = connection.createChannel()) {
      return Stream.generate(() -> take(channel, queue))
          .takeWhile(Optional::isPresent)
          .map(Optional::orElseThrow)
          .toList();
    }
  }

  private static Optional<String> take(Channel channel, String queue) {
    try {
      return Optional.ofNullable(channel.basicGet(queue, true))
          .map(response -> new String(response.getBody(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Connection connect(String uri) throws Exception {
    return AmqpConnection.open(uri);
  }
}
