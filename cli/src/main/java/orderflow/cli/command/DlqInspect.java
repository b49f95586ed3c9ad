package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import orderflow.cli.deadletter.Addressing;
import orderflow.cli.deadletter.Criteria;
import orderflow.cli.deadletter.DeadLetterView;
import orderflow.cli.deadletter.ReasonGroups;
import orderflow.cli.view.OutputFormat;
import orderflow.cli.view.Text;
import orderflow.messaging.Delivery;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow dlq-inspect}. */
@Command(
    name = "dlq-inspect",
    mixinStandardHelpOptions = true,
    header = "Look at dead letters; nothing in the queue changes.",
    description = {
      "",
      "Order and count of a classic queue stay as they are; while it looks, other",
      "consumers do not see these messages. A quorum queue counts each look as a",
      "delivery, and may drop what was looked at too often: there it is refused without",
      "--force.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-inspect",
      "  orderflow dlq-inspect --queue inventory_reserved_dlq -o ndjson",
      "  orderflow dlq-inspect --group",
      "  orderflow dlq-inspect --reason malformed --since 1h -v",
    })
public final class DlqInspect implements Callable<Integer> {
  private static final int MAX_LIMIT = 10_000;
  private static final int BODY_WIDTH = 67;
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);
  private static final Duration FOLLOW_PAUSE = Duration.ofSeconds(1);

  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private LetterOptions letters = new LetterOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, from the head (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int limit = 100;

  @Option(
      names = "--group",
      fallbackValue = "true",
      description = "How many there are of each reason, with an example of each.")
  private boolean group;

  @Option(
      names = "--follow",
      fallbackValue = "true",
      description = "Go on and show new ones as they come, until Ctrl-C.")
  private boolean follow;

  public DlqInspect(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new CommandFailure(ExitCode.USAGE, "--limit is from 1 to " + MAX_LIMIT);
    }
    if (follow && group) {
      throw new CommandFailure(ExitCode.USAGE, "--group counts what is there; leave --follow out");
    }
    if (follow && global.output() == OutputFormat.JSON) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "what --follow shows has no end, so it is no one document; use -o ndjson");
    }
    Criteria criteria = letters.criteria(surroundings.clock());
    try (QueueBrowser browser = global.broker("orderflow-dlq-inspect").openBrowser()) {
      long depth = letters.depth(browser, this::say);
      if (group) {
        printGroups(browser, criteria);
      } else {
        Seen seen = look(browser, criteria, 0, limit);
        print(seen, depth);
        if (follow) {
          follow(browser, criteria, seen.last());
        } else if (!global.quiet()) {
          hintAtOthers(browser);
        }
      }
    }
    return ExitCode.DONE.code();
  }

  private record Letter(DeadLetterView view, Delivery delivery) {}

  /**
   * @param last the last position that was looked at
   */
  private record Seen(List<Letter> letters, int last) {}

  /** What is meant among those behind position {@code after}, at most {@code most}. */
  private Seen look(QueueBrowser browser, Criteria criteria, int after, int most)
      throws InterruptedException {
    List<Letter> seen = new ArrayList<>();
    int[] position = {0};
    browser.visit(
        letters.queue(),
        after == 0 ? criteria.reach(most) : criteria.lastPosition(),
        LOOK_LIMIT,
        letter -> {
          if (++position[0] > after) {
            var view = DeadLetterView.of(position[0], letter);
            if (criteria.isMet(view)) {
              seen.add(new Letter(view, letter));
            }
          }
          return seen.size() < most && position[0] < criteria.lastPosition();
        });
    return new Seen(seen, position[0]);
  }

  /** New ones come at the tail; when some were taken out, positions have moved. */
  private void follow(QueueBrowser browser, Criteria criteria, int seen)
      throws InterruptedException {
    int last = seen;
    while (!surroundings.out().checkError()) {
      Thread.sleep(FOLLOW_PAUSE);
      long depth = browser.depth(letters.queue()).orElse(0);
      if (depth > last) {
        Seen more = look(browser, criteria, last, MAX_LIMIT);
        last = more.last();
        print(more, depth);
      } else {
        last = (int) depth;
      }
    }
  }

  private void printGroups(QueueBrowser browser, Criteria criteria) throws InterruptedException {
    var groups = new ReasonGroups();
    int[] position = {0};
    browser.visit(
        letters.queue(),
        criteria.lastPosition(),
        LOOK_LIMIT,
        letter -> {
          var view = DeadLetterView.of(++position[0], letter);
          if (criteria.isMet(view)) {
            groups.add(view);
          }
          return position[0] < criteria.lastPosition();
        });
    boolean forPeople = global.output().isForPeople();
    global.output().printAll(surroundings, forPeople ? groups.rowsForPeople() : groups.rows());
  }

  private void print(Seen seen, long depth) {
    if (!global.output().isForPeople()) {
      global
          .output()
          .printAll(
              surroundings, seen.letters().stream().map(letter -> letter.view().toJson()).toList());
    } else {
      printForPeople(seen.letters(), depth);
    }
  }

  private void say(String line) {
    if (!global.quiet()) {
      surroundings.err().println(Text.printable(line));
      surroundings.err().flush();
    }
  }

  private void printForPeople(List<Letter> shown, long depth) {
    var out = surroundings.out();
    String summary =
        "%s: %s dead letter%s%s"
            .formatted(
                letters.queue(),
                Text.grouped(depth),
                depth == 1 ? "" : "s",
                shown.size() < depth ? ", " + Text.grouped(shown.size()) + " shown" : "");
    Text.beside("", summary, surroundings.columns()).forEach(out::println);
    shown.forEach(this::print);
    out.flush();
  }

  private void print(Letter shown) {
    var out = surroundings.out();
    DeadLetterView letter = shown.view();
    out.println();
    Text.filledBeside(
            "",
            List.of(
                "#" + letter.position(),
                Text.printable(letter.reasonOrUnknown()),
                Text.printable(letter.at() == null ? "at a time not told" : letter.at())),
            "  ",
            surroundings.columns())
        .forEach(out::println);
    line("why", letter.detail());
    line("from", origin(shown));
    line("order", letter.orderId());
    if (letter.replays() > 0) {
      line("replayed", letter.replays() + " times");
    }
    if (global.verbose()) {
      shown.delivery().properties().named().forEach((name, value) -> detail(name, value));
      letter.printableHeaders().forEach((name, value) -> detail("header " + name, value));
    }
    printBody(letter);
  }

  private static String origin(Letter letter) {
    String exchange = letter.view().exchange();
    String routingKey = letter.view().routingKey();
    return exchange == null || routingKey == null
        ? "not told; "
            + Addressing.target(letter.delivery(), letter.view())
                .map(target -> "a replay goes to " + target)
                .orElse("a replay needs --to")
        : "exchange '%s' key '%s'".formatted(exchange, routingKey);
  }

  /** A line however long, to be copied. */
  private void detail(String name, @Nullable Object value) {
    surroundings
        .out()
        .println(head("") + Text.printable(name) + ": " + Text.printable(String.valueOf(value)));
  }

  /** About a line of a screen, unless all of it is asked for. */
  private void printBody(DeadLetterView letter) {
    String body = letter.body().isEmpty() ? "(empty)" : Text.printable(letter.body());
    String text = (letter.bodyEncoding().equals("base64") ? "(base64) " : "") + body;
    int columns = surroundings.columns();
    int room = Math.max(BODY_WIDTH, columns - Text.columns(head("body")));
    if (global.verbose()) {
      surroundings.out().println(head("body") + text); // in one piece, to be copied
    } else {
      String more = " (%s in all; -v)".formatted(Text.grouped(letter.body().length()));
      String shown =
          Text.columns(text) <= room ? text : Text.cut(text, room - more.length()) + more;
      Text.foldedBeside(head("body"), shown, columns).forEach(surroundings.out()::println);
    }
  }

  private static String head(String name) {
    return "    %-9s".formatted(name);
  }

  private void line(String name, @Nullable String value) {
    if (value != null) {
      Text.beside(head(name), Text.printable(value), surroundings.columns())
          .forEach(surroundings.out()::println);
    }
  }

  private void hintAtOthers(QueueBrowser browser) {
    for (String source : Topology.QUEUES) {
      String other = Topology.deadLetterQueue(source);
      long depth = other.equals(letters.queue()) ? 0 : browser.depth(other).orElse(0);
      if (depth > 0) {
        surroundings.err().println("also: " + Text.grouped(depth) + " in " + other);
      }
    }
    surroundings.err().flush();
  }
}
