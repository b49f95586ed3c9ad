package orderflow.messaging;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.messaging.MessagingException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The properties with which a queue was declared. AMQP cannot read them, but a broker refuses a
 * different declaration and names the first difference; so they are found one by one, without the
 * management plugin.
 *
 * @param known false when the user lacks the configure permission
 * @param arguments without {@code x-queue-type} for a classic queue
 */
public record QueueProperties(
    boolean known, boolean durable, boolean autoDelete, Map<String, Object> arguments) {
  private static final String TYPE = "x-queue-type";
  private static final String DELIVERY_LIMIT = "x-delivery-limit";
  private static final String CLASSIC = "classic";
  private static final int MOST_ARGUMENTS = 20;

  /** A durable classic queue without arguments. */
  static final QueueProperties PLAIN = new QueueProperties(true, true, false, Map.of());

  private static final QueueProperties UNKNOWN = new QueueProperties(false, true, false, Map.of());

  /** The reply text of RabbitMQ 3.10 to 4. */
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

  public OptionalLong deliveryLimit() {
    return arguments.get(DELIVERY_LIMIT) instanceof Number limit
        ? OptionalLong.of(limit.longValue())
        : OptionalLong.empty();
  }

  /** Of an existing queue. */
  static QueueProperties of(Connection connection, String queue) throws IOException {
    if (!brokerVersion(connection).startsWith("RabbitMQ ")) {
      return PLAIN; // only RabbitMQ has queue types
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
      Matcher difference = REFUSAL.matcher(refusal);
      if (!difference.find()) {
        return UNKNOWN;
      }
      switch (difference.group(1)) {
        case "durable" -> durable = !durable;
        case "auto_delete" -> autoDelete = !autoDelete;
        default -> guess.put(difference.group(1), value(difference.group(2), difference.group(3)));
      }
    }
    return UNKNOWN;
  }

  /** Whether the broker accepts this declaration of an existing durable queue. */
  static boolean takesDeclaration(
      Connection connection, String queue, Map<String, Object> arguments) throws IOException {
    return refusal(connection, queue, true, false, arguments) == null;
  }

  /** The broker's product and version, for example {@code RabbitMQ 3.10.8}. */
  static String brokerVersion(Connection connection) {
    Map<String, Object> properties = connection.getServerProperties();
    return properties.getOrDefault("product", "unknown broker")
        + " "
        + properties.getOrDefault("version", "");
  }

  /** The broker's reply text; null when it accepts the declaration. */
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
      Kind kind = AmqpErrors.kindOf(e);
      if (!kind.closesChannel()) {
        throw e;
      }
      return kind == Kind.PRECONDITION_FAILED ? AmqpErrors.reasonOf(e) : "";
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
