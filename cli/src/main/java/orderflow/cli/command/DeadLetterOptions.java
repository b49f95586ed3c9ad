package orderflow.cli.command;

import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.client.ManagementClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.DeadLetterQueue;
import orderflow.cli.deadletter.IdCheck;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.Count;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import orderflow.messaging.AmqpName;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select dead letters, for all {@code dlq-*} commands. */
final class DeadLetterOptions {
  private static final int MOST_POSITIONS = 100_000;
  private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{1,12}");
  private static final Duration ID_CHECK_PATIENCE = Duration.ofSeconds(10);
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})(s|m|h|d)");

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      completionCandidates = CompletionCandidates.DeadLetterQueues.class,
      description = "Dead-letter queue (default: ${DEFAULT-VALUE}).",
      defaultValue = "order_placed_dlq")
  private String queue = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      completionCandidates = CompletionCandidates.Reasons.class,
      description =
          "Only messages with this reason: malformed, invalid, conflict, unsupported, too_large or"
              + " processing; a reason of the broker, as rejected; or unknown.")
  private @Nullable String reason;

  @Option(names = "--order-id", paramLabel = "ID", description = "Only messages of this order.")
  private @Nullable String orderId;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description =
          "Only messages dead-lettered since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Only messages with this header; may be repeated.")
  private List<String> headers = List.of();

  @Option(
      names = "--match",
      paramLabel = "TEXT",
      description = "Only messages with this text in body or detail.")
  private @Nullable String text;

  @Option(
      names = "--id",
      paramLabel = "ID",
      split = ",",
      description =
          "Only the message with this id, or its first digits, from dlq-inspect; may be repeated.")
  private List<String> ids = List.of();

  @Option(
      names = "--position",
      paramLabel = "N[-M]",
      split = ",",
      description = "Only messages at these positions, as 3 or 2,5-9.")
  private List<String> positions = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most N messages, from the head (default: all; dlq-inspect: 100).")
  private @Nullable Count limit;

  @Option(
      names = "--newest",
      fallbackValue = "true",
      description = "Count --limit from the newest message; dlq-inspect shows the newest first.")
  private boolean newest;

  @Option(
      names = "--force",
      fallbackValue = "true",
      description = "Browse even if the broker may drop messages; take from a queue in use.")
  private boolean force;

  @Option(
      names = "--management-url",
      paramLabel = "URL",
      description =
          "RabbitMQ management API, which counts unacked messages (default: port 15672 of the"
              + " broker's host, or 15671 with amqps).")
  private @Nullable URI management;

  /**
   * @throws CliException when it cannot be a name
   */
  String queue() {
    return queueName("--queue", queue);
  }

  /**
   * @throws CliException when {@code name} of {@code option} cannot be the name of a queue
   */
  static String queueName(String option, String name) {
    if (name.isEmpty()) {
      throw new CliException(ExitCode.USAGE, option + ": the queue's name is empty");
    }
    AmqpName.problem(name)
        .ifPresent(problem -> {
          throw new CliException(ExitCode.USAGE, option + ": the queue's name " + problem);
        });
    return name;
  }

  boolean newest() {
    return newest;
  }

  /** The filter, with {@code --limit} or else no limit. */
  DeadLetterFilter filter(Clock clock) {
    return filter(clock, Long.MAX_VALUE);
  }

  /**
   * @throws CliException when an option has a wrong value
   */
  DeadLetterFilter filter(Clock clock, long defaultLimit) {
    // An empty variable of a script must not select every message.
    if (text != null && text.isEmpty()) {
      throw new CliException(ExitCode.USAGE, "--match: the text is empty");
    }
    return new DeadLetterFilter(
        positions(),
        ids(),
        reason,
        orderId,
        since == null ? null : since(since, clock),
        text,
        headers(),
        limit == null ? defaultLimit : limit.value(),
        newest);
  }

  private Set<String> ids() {
    Set<String> selected = new TreeSet<>();
    for (String id : ids) {
      String lower = id.strip().toLowerCase(Locale.ROOT);
      if (!ID.matcher(lower).matches()) {
        throw new CliException(
            ExitCode.USAGE, "--id: '" + id + "' is not 1 to 12 hexadecimal digits");
      }
      selected.add(lower);
    }
    return selected;
  }

  private Set<Integer> positions() {
    Set<Integer> selected = new TreeSet<>();
    for (String range : positions) {
      Matcher matcher = RANGE.matcher(range.strip());
      if (!matcher.matches()) {
        throw new CliException(
            ExitCode.USAGE, "--position: '" + range + "': expected a position (3) or range (5-9)");
      }
      int from = Integer.parseInt(matcher.group(1));
      int until = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (until < from || until - from >= MOST_POSITIONS) {
        throw new CliException(ExitCode.USAGE, "--position: '" + range + "' is empty or too wide");
      }
      for (int n = from; n <= until; n++) {
        selected.add(n);
      }
    }
    return selected;
  }

  private static Instant since(String text, Clock clock) {
    Matcher ago = AGO.matcher(text);
    try {
      if (!ago.matches()) {
        return Instant.parse(text);
      }
    } catch (DateTimeException e) {
      throw new CliException(
          ExitCode.USAGE,
          "--since: '"
              + text
              + "': expected a duration (15m) or a timestamp (2026-01-31T12:00:00Z)",
          e);
    }
    long count = Long.parseLong(ago.group(1));
    return clock
        .instant()
        .minus(
            switch (ago.group(2)) {
              case "s" -> Duration.ofSeconds(count);
              case "m" -> Duration.ofMinutes(count);
              case "h" -> Duration.ofHours(count);
              default -> Duration.ofDays(count);
            });
  }

  private Map<String, String> headers() {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String header : headers) {
      int at = header.indexOf('=');
      if (at < 1) {
        throw new CliException(ExitCode.USAGE, "--header: '" + header + "': expected name=value");
      }
      wanted.put(header.substring(0, at), header.substring(at + 1));
    }
    return wanted;
  }

  /**
   * Opens the queue, and checks that each {@code --id} matches a message.
   *
   * @param warnings gets the reasons why the result may be incomplete
   * @throws CliException when the queue is not safe to browse, or an id matches none or several
   */
  DeadLetterQueue open(
      QueueBrowser browser, GlobalOptions global, Consumer<String> notes, Consumer<String> warnings)
      throws InterruptedException {
    var counting =
        new ManagementClient(
            global.brokerAddress(), management, ServiceAccess.of(null, global.tls()).tls());
    DeadLetterQueue opened =
        DeadLetterQueue.open(browser, queue(), counting, force, notes, warnings);
    if (!ids.isEmpty()) {
      var check = new IdCheck(ids());
      browser.visit(
          queue,
          ID_CHECK_PATIENCE,
          message -> {
            check.see(DeadLetterInfo.of(1, message));
            return true;
          });
      check.requireOneEach(queue);
    }
    return opened;
  }

  /**
   * For commands that take messages.
   *
   * @param dryRun allows it where another client consumes; never in a queue of the contract
   * @throws CliException when events on their way, or messages of another client, would be taken
   */
  void requireNotInUse(QueueBrowser browser, boolean dryRun) {
    if (Topology.QUEUES.contains(queue)) {
      throw new CliException(
          ExitCode.USAGE,
          "%s holds events on their way to a service; its dead letters are in %s"
              .formatted(queue, Topology.deadLetterQueue(queue)));
    }
    long consumers =
        force || dryRun
            ? 0
            : browser.state(queue()).map(QueueBrowser.QueueState::consumers).orElse(0L);
    if (consumers > 0) {
      throw new CliException(
          ExitCode.USAGE,
          "%s is in use: it has %s consumer%s; --force takes messages from it anyway"
              .formatted(
                  Text.printable(queue), Text.grouped(consumers), consumers == 1 ? "" : "s"));
    }
  }
}
