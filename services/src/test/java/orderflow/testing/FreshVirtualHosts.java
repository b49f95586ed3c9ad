package orderflow.testing;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Provides unused virtual hosts. They are created several at a time, because one run of {@code
 * rabbitmqctl} costs about half a second and one more virtual host nearly nothing. For one thread
 * at a time.
 */
final class FreshVirtualHosts {
  private static final int AT_A_TIME = 8;

  private final Importer importer;
  private final Deque<String> unused = new ArrayDeque<>();
  private int made;

  /** Imports RabbitMQ definitions, given as JSON, into the broker. */
  @FunctionalInterface
  interface Importer {
    void accept(String json) throws IOException, InterruptedException;
  }

  FreshVirtualHosts(Importer importer) {
    this.importer = importer;
  }

  /** Needs no escaping in a URI. */
  String next() throws IOException, InterruptedException {
    if (unused.isEmpty()) {
      List<String> names =
          IntStream.range(made, made + AT_A_TIME).mapToObj(number -> "test" + number).toList();
      made += AT_A_TIME;
      importer.accept(definitions(names));
      unused.addAll(names);
    }
    return unused.remove();
  }

  private static String definitions(List<String> names) {
    String hosts = join(names, "{\"name\":\"%s\"}");
    String permissions =
        join(
            names,
            "{\"user\":\"guest\",\"vhost\":\"%s\","
                + "\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}");
    return "{\"vhosts\":[" + hosts + "],\"permissions\":[" + permissions + "]}";
  }

  private static String join(List<String> names, String template) {
    return names.stream().map(template::formatted).collect(Collectors.joining(","));
  }
}
