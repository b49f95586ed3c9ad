package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a queue was declared with. AMQP has no question for that; but a broker that is asked to
 * declare the queue otherwise refuses, and says what it has. Found out so, argument by argument,
 * without a management plugin.
 *
 * @param known false when the broker does not tell, for want of the right to configure
 * @param durable whether it survives a restart of the broker
 * @param autoDelete whether it goes with its last consumer, and with all that is in it
 * @param arguments by name; without {@code x-queue-type} it is a classic queue
 */
public record QueueProperties(
    boolean known, boolean durable, boolean autoDelete, Map<String, Object> arguments) {
  private static final String TYPE = "x-queue-type";
  private static final String DELIVERY_LIMIT = "x-delivery-limit";
  private static final String CLASSIC = "classic";
  private static final int MOST_ARGUMENTS = 20;
  private static final int PRECONDITION_FAILED = 406;

  /** A durable classic queue without arguments. */
  static final QueueProperties PLAIN = new QueueProperties(true, true, false, Map.of());

  private static final QueueProperties UNKNOWN = new QueueProperties(false, true, false, Map.of());

  /** As RabbitMQ 3.10 to 4 word it. */
  private static final Pattern REFUSAL =
      Pattern.compile(
          "inequivalent arg '([^']+)' for queue .*: received .* but current is"
              + " (?:the value )?'([^']*)'(?: of type '([^']*)')?.*",
          Pattern.DOTALL);

  public QueueProperties {
    arguments = Collections.unmodifiableMap(new TreeMap<>(arguments));
  }

  /** {@code classic}, {@code quorum} or {@code stream}. */
  public String type() {
    return String.valueOf(arguments.getOrDefault(TYPE, CLASSIC));
  }

  /** How often a message may be delivered before the broker drops or dead-letters it. */
  public OptionalLong deliveryLimit() {
    return arguments.get(DELIVERY_LIMIT) instanceof Number limit
        ? OptionalLong.of(limit.longValue())
        : OptionalLong.empty();
  }

  /** Of a queue that there is. */
  static QueueProperties of(Connection connection, String queue) throws IOException {
    if (!brokerVersion(connection).startsWith("RabbitMQ ")) {
      return PLAIN; // queue types are RabbitMQ's own
    }
    Map<String, Object> guess = new TreeMap<>(Map.of(TYPE, CLASSIC));
    boolean durable = true;
    boolean autoDelete = false;
    for (int n = 0; n < MOST_ARGUMENTS; n++) {
      String refusal = refusal(connection, queue, durable, autoDelete, guess);
      if (refusal == null) {
        guess.remove(TYPE, CLASSIC);
        return new QueueProperties(true, durable, autoDelete, guess);
      }
      Matcher told = REFUSAL.matcher(refusal);
      if (!told.find()) {
        return UNKNOWN;
      }
      switch (told.group(1)) {
        case "durable" -> durable = !durable;
        case "auto_delete" -> autoDelete = !autoDelete;
        default -> guess.put(told.group(1), value(told.group(2), told.group(3)));
      }
    }
    return UNKNOWN;
  }

  /** Whether the broker takes such a declaration of a durable queue for the one that it has. */
  static boolean takesDeclaration(
      Connection connection, String queue, Map<String, Object> arguments) throws IOException {
    return refusal(connection, queue, true, false, arguments) == null;
  }

  /** The broker's name and version as it tells them, such as {@code RabbitMQ 3.10.8}. */
  static String brokerVersion(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return properties.getOrDefault("product", "unknown broker")
        + " "
        + properties.getOrDefault("version", "");
  }

  /** Null when the broker takes the declaration for the queue that it has. */
  private static @Nullable String refusal(
      Connection connection,
      String queue,
      boolean durable,
      boolean autoDelete,
      Map<String, Object> arguments)
      throws IOException {
    Channel channel = connection.createChannel();
    try {
      channel.queueDeclare(queue, durable, false, autoDelete, arguments);
      channel.abort();
      return null;
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        return close.getReplyCode() == PRECONDITION_FAILED ? close.getReplyText() : "";
      }
      throw e;
    }
  }

  private static Object value(String text, @Nullable String type) {
    if (type == null || type.equals("longstr")) {
      return text;
    }
    if (type.equals("bool")) {
      return Boolean.valueOf(text);
    }
    return text.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(text) : text;
  }
}
