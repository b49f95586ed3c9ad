package orderflow.cli.prove.foreign;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How verify starts and observes one service of a flow that is not ours.
 *
 * @param command empty when verify does not start it
 * @param folder the working folder
 * @param environment variables beside the inherited ones
 * @param url its address, if it has one
 * @param stopSignal without SIG, for example TERM
 * @param lists whether it has our listing endpoints
 * @param logLine matches the line that it writes for each order; its first group is the order id
 * @param composeService its name in the compose file
 */
public record ForeignService(
    List<String> command,
    Path folder,
    Map<String, String> environment,
    Optional<String> url,
    Ready ready,
    String stopSignal,
    boolean lists,
    Optional<Pattern> logLine,
    Optional<String> composeService) {
  /** A name in braces, but not after a dollar sign: that is the shell's. */
  static final Pattern PLACEHOLDER = Pattern.compile("(?<!\\$)\\{([a-z_]+)\\}");

  /** What can stand in braces in a command, a variable or an address. */
  public enum Placeholder {
    /** The address of the broker: {@code amqp://user:password@host:port/vhost}. */
    AMQP,
    AMQP_HOST,
    AMQP_PORT,
    /** A free port of this service. */
    PORT,
    /** A folder of this service, which is empty at the start of a run. */
    DATA;

    /** The name in the file. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How to see that a service is ready. */
  public sealed interface Ready {
    /** A GET of this path has a status below 300. */
    record Http(String path) implements Ready {}

    /** A line of its output matches, since its last start. */
    record LogLine(Pattern pattern) implements Ready {}

    /** The queue has a consumer. */
    record Consumers(String queue) implements Ready {}
  }

  public ForeignService {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The same at {@code address}, unless it has one. */
  public ForeignService at(URI address) {
    return new ForeignService(
        command,
        folder,
        environment,
        url.or(() -> Optional.of(address.toString())),
        ready,
        stopSignal,
        lists,
        logLine,
        composeService);
  }

  /** Replaces each placeholder in the command, the variables and the address. */
  public ForeignService with(Map<Placeholder, String> values) {
    Map<String, String> byName =
        values.entrySet().stream()
            .collect(Collectors.toMap(value -> value.getKey().toString(), Map.Entry::getValue));
    UnaryOperator<String> replaced =
        text ->
            PLACEHOLDER
                .matcher(text)
                .replaceAll(name ->
                    Matcher.quoteReplacement(byName.getOrDefault(name.group(1), name.group())));
    return new ForeignService(
        command.stream().map(replaced).toList(),
        folder,
        environment.entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, value -> replaced.apply(value.getValue()))),
        url.map(replaced),
        ready,
        stopSignal,
        lists,
        logLine,
        composeService);
  }
}
