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
 * Shows dead letters: to programs one by one as they come; to people, with how many there are in
 * front, what a screen holds of each. No body is kept. Not thread-safe.
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

  /** A look begins, at so many letters. */
  void begin(long letters) {
    depth = letters;
    shown = 0;
    held.clear();
  }

  void show(DeadLetterInfo view, Delivery letter) {
    shown++;
    if (rows != null) {
      rows.print(view.toJson());
    } else if (verbose) {
      if (shown == 1) {
        summary("");
      }
      lines(view, letter).forEach(cli.out()::println);
    } else {
      held.addAll(lines(view, letter));
    }
  }

  /** The look ends; of a later one nothing is said when it showed nothing. */
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
                // A client without a consumer may hold others, and AMQP does not tell.
                depth == 0 ? " visible" : end);
    Text.wrapBeside("", summary, cli.columns()).forEach(cli.out()::println);
  }

  private List<String> lines(DeadLetterInfo view, Delivery letter) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    List<String> head = new ArrayList<>();
    head.add("#" + view.position());
    head.add(Text.printable(view.reasonOrUnknown()));
    String time = Text.printable(time(view));
    head.addAll(time.length() > cli.columns() ? List.of(time.split(" ", 2)) : List.of(time));
    head.add("id " + view.id());
    lines.addAll(Text.fillBeside("", head, "  ", cli.columns()));
    add(lines, "why", view.detail());
    add(lines, "from", origin(view, letter));
    add(lines, "order", view.orderId());
    if (view.replays() > 0) {
      add(lines, "replayed", view.replays() + (view.replays() == 1 ? " time" : " times"));
    }
    view.droppedHeaders().forEach(header -> add(lines, "lacks", "header " + header));
    if (verbose) {
      letter.properties().named().forEach((name, value) -> lines.add(detail(name, value)));
      view.printableHeaders().forEach((name, value) -> lines.add(detail("header " + name, value)));
    }
    lines.addAll(body(view));
    return lines;
  }

  private String time(DeadLetterInfo view) {
    return view.at() == null
        ? "at a time not told"
        : view.at()
            + Age.of(view.at(), cli.clock().instant()).map(age -> " (" + age + ")").orElse("");
  }

  private static String origin(DeadLetterInfo view, Delivery letter) {
    String exchange = view.exchange();
    String routingKey = view.routingKey();
    return exchange == null || routingKey == null
        ? "not told; "
            + ReplayRouting.target(letter, view)
                .map(target -> "a replay goes to " + target)
                .orElse("a replay needs --to")
        : "exchange '%s' key '%s'".formatted(exchange, routingKey);
  }

  /** A line however long, to be copied. */
  private static String detail(String name, @Nullable Object value) {
    return head("") + Text.printable(name) + ": " + Text.printable(String.valueOf(value));
  }

  /** About a line of a screen, unless all of it is asked for. */
  private List<String> body(DeadLetterInfo view) {
    String head = head("body") + (view.bodyEncoding().equals("base64") ? "(base64) " : "");
    long length = view.bodyLength();
    if (length == 0) {
      return List.of(head + "(empty)");
    }
    if (verbose) {
      return List.of(head + Text.printable(view.body())); // in one piece, to be copied
    }
    int columns = cli.columns();
    int room = Math.max(BODY_WIDTH, columns - Text.columns(head("body")));
    String encoded = head.substring(head("body").length());
    String beginning = view.bodyBeginning(room + 1);
    String text = encoded + Text.printable(beginning);
    String more = " (%s in all; -v)".formatted(Text.grouped(length));
    boolean whole = beginning.length() == length && Text.columns(text) <= room;
    return Text.foldBeside(
        head("body"), whole ? text : Text.cut(text, room - more.length()) + more, columns);
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
