package orderflow.cli.command;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import orderflow.cli.deadletter.DeadLetterView;
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
      "delivery.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-inspect",
      "  orderflow dlq-inspect --queue inventory_reserved_dlq -o ndjson",
    })
public final class DlqInspect implements Callable<Integer> {
  private static final int MAX_LIMIT = 10_000;
  private static final int MAX_NAME_BYTES = 255;
  private static final int BODY_WIDTH = 67;
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(10);

  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      description = "Which queue (default: ${DEFAULT-VALUE}).",
      defaultValue = "order_placed_dlq")
  private String queue = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, from the head (default: ${DEFAULT-VALUE}).",
      defaultValue = "100")
  private int limit = 100;

  public DlqInspect(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new CommandFailure(ExitCode.USAGE, "--limit is from 1 to " + MAX_LIMIT);
    }
    if (queue.isEmpty() || queue.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new CommandFailure(ExitCode.USAGE, "--queue is a name of 1 to 255 bytes");
    }
    try (QueueBrowser browser = global.broker("orderflow-dlq-inspect").openBrowser()) {
      long depth = browser.depth(queue).orElseThrow(() -> noSuchQueue(browser));
      List<DeadLetterView> letters = new ArrayList<>();
      for (Delivery delivery : browser.peek(queue, limit, LOOK_LIMIT)) {
        letters.add(DeadLetterView.of(letters.size() + 1, delivery));
      }
      if (global.output().isForPeople()) {
        printForPeople(letters, depth);
      } else {
        global
            .output()
            .printAll(surroundings.out(), letters.stream().map(DeadLetterView::toJson).toList());
      }
      if (!global.quiet()) {
        hintAtOthers(browser);
      }
    }
    return ExitCode.DONE.code();
  }

  private void printForPeople(List<DeadLetterView> letters, long depth) {
    var out = surroundings.out();
    out.println(
        "%s: %s dead letter%s%s"
            .formatted(
                queue,
                Text.grouped(depth),
                depth == 1 ? "" : "s",
                letters.size() < depth ? ", the first " + letters.size() + " shown" : ""));
    for (DeadLetterView letter : letters) {
      out.println();
      out.println(
          "#%d  %s  %s"
              .formatted(
                  letter.position(),
                  Text.printable(known(letter.reason())),
                  Text.printable(known(letter.at()))));
      line("why", letter.detail());
      line(
          "from",
          "exchange '%s' key '%s'".formatted(known(letter.exchange()), known(letter.routingKey())));
      line("order", letter.orderId());
      if (letter.replays() > 0) {
        line("replayed", letter.replays() + " times");
      }
      line("body", body(letter));
    }
    out.flush();
  }

  /** In one line of a screen, unless all of it is asked for. */
  private String body(DeadLetterView letter) {
    String encoding = letter.bodyEncoding().equals("base64") ? "(base64) " : "";
    String body = letter.body();
    if (body.isEmpty()) {
      return "(empty)";
    }
    if (global.verbose() || encoding.length() + body.length() <= BODY_WIDTH) {
      return encoding + body;
    }
    String more = "… (%s in all; -v)".formatted(Text.grouped(body.length()));
    return encoding + body.substring(0, BODY_WIDTH - encoding.length() - more.length()) + more;
  }

  private void line(String name, @Nullable String value) {
    if (value != null) {
      surroundings.out().println("    %-9s%s".formatted(name, Text.printable(value)));
    }
  }

  private static String known(@Nullable String value) {
    return value == null ? "unknown" : value;
  }

  private void hintAtOthers(QueueBrowser browser) {
    for (String source : Topology.QUEUES) {
      String other = Topology.deadLetterQueue(source);
      long depth = other.equals(queue) ? 0 : browser.depth(other).orElse(0);
      if (depth > 0) {
        surroundings.err().println("also: " + Text.grouped(depth) + " in " + other);
      }
    }
    surroundings.err().flush();
  }

  private CommandFailure noSuchQueue(QueueBrowser browser) {
    List<String> there =
        Topology.QUEUES.stream()
            .map(Topology::deadLetterQueue)
            .filter(name -> browser.depth(name).isPresent())
            .toList();
    return new CommandFailure(
        ExitCode.USAGE,
        "there is no queue "
            + Text.printable(queue)
            + (there.isEmpty()
                ? "; the services declare theirs when they start"
                : "; there are " + String.join(", ", there)));
  }
}
