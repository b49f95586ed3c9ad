package orderflow.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a service's list endpoint page by page, so that it may be as long as it likes. */
final class PageReader {
  private static final int PAGE = 1_000;

  private PageReader() {}

  /**
   * Every entry whose key begins with {@code prefix} and sorts behind {@code start}, in the order
   * of the keys.
   *
   * @param name the endpoint and the field, such as {@code orders}
   * @param prefix keys are sorted, so what does not begin with it is not even read
   * @param start empty to begin with the first
   */
  static void each(
      JsonClient client,
      String name,
      String key,
      String prefix,
      String start,
      Consumer<JsonNode> visitor)
      throws InterruptedException {
    each(
        client,
        name,
        "",
        start.isEmpty() ? before(prefix) : start,
        entry -> {
          boolean wanted = entry.path(key).stringValue("").startsWith(prefix);
          if (wanted) {
            visitor.accept(entry);
          }
          return wanted;
        });
  }

  /**
   * Every entry that sorts behind {@code start}, until the visitor answers false.
   *
   * @param filter more parameters of the query, each with an ampersand behind it
   */
  static void each(
      JsonClient client, String name, String filter, String start, Predicate<JsonNode> visitor)
      throws InterruptedException {
    String after = start;
    while (after != null) {
      JsonClient.Reply reply =
          client.get(
              "/"
                  + name
                  + "?"
                  + filter
                  + "limit="
                  + PAGE
                  + "&after="
                  + URLEncoder.encode(after, StandardCharsets.UTF_8));
      if (reply.status() != 200) {
        throw new CliException(
            ExitCode.UNREACHABLE, "reading /" + name + " failed: " + JsonClient.problem(reply));
      }
      for (JsonNode entry : reply.body().path(name)) {
        if (!visitor.test(entry)) {
          return;
        }
      }
      after = next(name, after, reply.body().path("next"));
    }
  }

  /** Null behind the last page. A service that turns in a circle would else be read for ever. */
  private static @Nullable String next(String name, String after, JsonNode next) {
    if (!next.isString()) {
      return null;
    }
    if (next.stringValue().compareTo(after) <= 0) {
      throw new CliException(
          ExitCode.UNREACHABLE, "reading /" + name + " failed: its pages are not in order");
    }
    return next.stringValue();
  }

  /** A key that sorts right before everything that begins with {@code prefix}. */
  private static String before(String prefix) {
    return prefix.isEmpty()
        ? ""
        : prefix.substring(0, prefix.length() - 1)
            + (char) (prefix.charAt(prefix.length() - 1) - 1)
            + "~";
  }
}
