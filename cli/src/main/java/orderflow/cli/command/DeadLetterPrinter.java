package orderflow.cli.command;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.ReplayRouting;
import orderflow.cli.io.CliContext;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Age;
import orderflow.cli.view.RowWriter;
import orderflow.cli.view.Text;
import orderflow.messaging.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The report of a browse: as a table, the total and the beginning of each message; in other formats
 * each message as it comes. Keeps no bodies. Not thread-safe.
 */
final class DeadLetterPrinter implements AutoCloseable {
  private static final int BODY_WIDTH = 67;

  private final CliContext cli;
  private final boolean verbose;
  private final String queue;
  private final @Nullable RowWriter rows;
  private final List<String> held = new ArrayList<>();
  private boolean first = true;
  private long depth;
  private long shown;

  DeadLetterPrinter(CliContext cli, GlobalOptions global, String queue) {
    this.cli = cli;
    this.verbose = global.verbose();
    this.queue = queue;
    this.rows = global.output().isHumanReadable() ? null : global.output().rows(cli);
  }

  /** Before each browse of {@code messages} messages. */
  void begin(long messages) {
    depth = messages;
    shown = 0;
    held.clear();
  }

  void show(DeadLetterInfo info, Delivery message) {
    shown++;
    if (rows != null) {
      rows.print(info.toJson());
    } else if (verbose) {
      if (shown == 1) {
        summary("");
      }
      lines(info, message).forEach(cli.out()::println);
    } else {
      held.addAll(lines(info, message));
    }
  }

  /** After each browse. Prints nothing for a later one without messages. */
  void end() {
    if (rows == null && !verbose && (first || shown > 0)) {
      summary(shown < depth ? ", " + Text.grouped(shown) + " shown" : "");
      held.forEach(cli.out()::println);
    } else if (rows == null && verbose && shown == 0 && first) {
      summary(depth > 0 ? ", 0 shown" : "");
    }
    held.clear();
    first = false;
    cli.out().flush();
  }

  private void summary(String end) {
    String summary =
        "%s: %s dead letter%s%s"
            .formatted(
                queue,
                Text.grouped(depth),
                depth == 1 ? "" : "s",
                // AMQP does not show whether a client without a consumer holds others
                depth == 0 ? " visible" : end);
    Text.wrapBeside("", summary, cli.columns()).forEach(cli.out()::println);
  }

  private List<String> lines(DeadLetterInfo info, Delivery message) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    List<String> head = new ArrayList<>();
    head.add("#" + info.position());
    head.add(Text.printable(info.reasonOrUnknown()));
    String time = Text.printable(time(info));
    head.addAll(time.length() > cli.columns() ? List.of(time.split(" ", 2)) : List.of(time));
    head.add("id " + info.id());
    lines.addAll(Text.fillBeside("", head, "  ", cli.columns()));
    add(lines, "why", info.detail());
    add(lines, "from", origin(info, message));
    add(lines, "order", info.orderId());
    if (info.replays() > 0) {
      add(lines, "replayed", info.replays() + (info.replays() == 1 ? " time" : " times"));
    }
    info.droppedHeaders().forEach(header -> add(lines, "lacks", "header " + header));
    if (verbose) {
      message.properties().named().forEach((name, value) -> lines.add(detail(name, value)));
      info.printableHeaders().forEach((name, value) -> lines.add(detail("header " + name, value)));
    }
    lines.addAll(body(info));
    return lines;
  }

  private String time(DeadLetterInfo info) {
    return info.at() == null
        ? "time unknown"
        : info.at()
            + Age.of(info.at(), cli.clock().instant()).map(age -> " (" + age + ")").orElse("");
  }

  private static String origin(DeadLetterInfo info, Delivery message) {
    String exchange = info.exchange();
    String routingKey = info.routingKey();
    return exchange == null || routingKey == null
        ? "unknown; "
            + ReplayRouting.target(message, info)
                .map(target -> "a replay goes to " + target)
                .orElse("a replay needs --to")
        : "exchange '%s' key '%s'".formatted(exchange, routingKey);
  }

  /** One line, not wrapped, to be copied. */
  private static String detail(String name, @Nullable Object value) {
    return head("") + Text.printable(name) + ": " + Text.printable(String.valueOf(value));
  }

  /** About one line, or all of it when verbose. */
  private List<String> body(DeadLetterInfo info) {
    String encoding = info.bodyEncoding().equals("base64") ? "(base64) " : "";
    String body = info.body();
    if (body.isEmpty()) {
      return List.of(head("body") + encoding + "(empty)");
    }
    if (verbose) {
      return List.of(head("body") + encoding + Text.printable(body)); // not wrapped, to be copied
    }
    int room = Math.max(BODY_WIDTH, cli.columns() - Text.columns(head("body")));
    String text = encoding + Text.printable(body.substring(0, Math.min(body.length(), room + 1)));
    String more = " (%s in all; -v)".formatted(Text.grouped(body.length()));
    boolean whole = body.length() <= room + 1 && Text.columns(text) <= room;
    return Text.foldBeside(
        head("body"), whole ? text : Text.cut(text, room - more.length()) + more, cli.columns());
  }

  private static String head(String name) {
    return "    %-9s".formatted(name);
  }

  private void add(List<String> lines, String name, @Nullable String value) {
    if (value != null) {
      lines.addAll(Text.wrapBeside(head(name), Text.printable(value), cli.columns()));
    }
  }

  @Override
  public void close() {
    if (rows != null) {
      rows.close();
      cli.out().flush();
    }
  }
}
