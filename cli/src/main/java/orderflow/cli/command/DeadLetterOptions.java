package orderflow.cli.command;

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
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.IdCheck;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.view.Text;
import orderflow.messaging.AmqpName;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.QueueBrowser.QueueState;
import orderflow.messaging.QueueProperties;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which dead letters a command is about. */
final class DeadLetterOptions {
  private static final int MOST_POSITIONS = 100_000;
  private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{1,12}");
  private static final Duration GLANCE_LIMIT = Duration.ofSeconds(10);
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})(s|m|h|d)");

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      completionCandidates = Candidates.DeadLetterQueues.class,
      description = "Which queue (default: ${DEFAULT-VALUE}).",
      defaultValue = "order_placed_dlq")
  private String queue = Topology.deadLetterQueue(Topology.ORDER_PLACED);

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      completionCandidates = Candidates.Reasons.class,
      description =
          "Only those with it: malformed, invalid, conflict, unsupported, too_large or processing;"
              + " what a broker gave, such as rejected; or unknown where none is told.")
  private @Nullable String reason;

  @Option(names = "--order-id", paramLabel = "ID", description = "Only those of this order.")
  private @Nullable String orderId;

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "Only those that died since: 90s, 15m, 2h or 1d ago, or 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Only those with this header; may be repeated.")
  private List<String> headers = List.of();

  @Option(
      names = "--match",
      paramLabel = "TEXT",
      description = "Only those with this text in body or detail.")
  private @Nullable String text;

  @Option(
      names = "--id",
      paramLabel = "ID",
      split = ",",
      description =
          "Only the one with this id, or its beginning, as dlq-inspect shows it; may be repeated.")
  private List<String> ids = List.of();

  @Option(
      names = "--position",
      paramLabel = "N[-M]",
      split = ",",
      description = "Only those that dlq-inspect numbers so, as in 3 or 2,5-9.")
  private List<String> positions = List.of();

  @Option(
      names = "--force",
      fallbackValue = "true",
      description = "Look even where that may delete on this broker.")
  private boolean force;

  /**
   * @throws CliException when it is no name
   */
  String queue() {
    return queueName("--queue", queue);
  }

  /**
   * @throws CliException when {@code name}, given for {@code option}, cannot be a queue's name
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

  boolean isForced() {
    return force;
  }

  DeadLetterFilter criteria(Clock clock) {
    // An empty variable of a script must not select every letter.
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
        headers());
  }

  private Set<String> ids() {
    Set<String> chosen = new TreeSet<>();
    for (String id : ids) {
      String lower = id.strip().toLowerCase(Locale.ROOT);
      if (!ID.matcher(lower).matches()) {
        throw new CliException(
            ExitCode.USAGE, "--id: '" + id + "' is not 1 to 12 hexadecimal digits");
      }
      chosen.add(lower);
    }
    return chosen;
  }

  /**
   * Looks through the queue for what {@code --id} names, when it names any.
   *
   * @throws CliException when an id means no letter, or several
   */
  void checkIds(QueueBrowser browser) throws InterruptedException {
    if (!ids.isEmpty()) {
      var check = new IdCheck(ids());
      browser.visit(
          queue(),
          GLANCE_LIMIT,
          letter -> {
            check.see(DeadLetterInfo.of(1, letter));
            return true;
          });
      check.requireOneEach(queue);
    }
  }

  private Set<Integer> positions() {
    Set<Integer> chosen = new TreeSet<>();
    for (String range : positions) {
      Matcher matcher = RANGE.matcher(range.strip());
      if (!matcher.matches()) {
        throw new CliException(
            ExitCode.USAGE, "--position: '" + range + "' is no position such as 3 or 5-9");
      }
      int from = Integer.parseInt(matcher.group(1));
      int until = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (until < from || until - from >= MOST_POSITIONS) {
        throw new CliException(ExitCode.USAGE, "--position: '" + range + "' is empty or too wide");
      }
      for (int n = from; n <= until; n++) {
        chosen.add(n);
      }
    }
    return chosen;
  }

  private static Instant since(String text, Clock clock) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
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
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new CliException(
          ExitCode.USAGE,
          "--since: '" + text + "' is neither such as 15m nor such as 2026-01-31T12:00:00Z",
          e);
    }
  }

  private Map<String, String> headers() {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String header : headers) {
      int at = header.indexOf('=');
      if (at < 1) {
        throw new CliException(
            ExitCode.USAGE, "--header: '" + header + "' is not of the form name=value");
      }
      wanted.put(header.substring(0, at), header.substring(at + 1));
    }
    return wanted;
  }

  /**
   * @param ready letters that nobody has in hand
   * @param consumers who may have others in hand
   */
  record Lying(long ready, long consumers) {}

  /**
   * How many letters there are, once it is sure that they may be looked at.
   *
   * @param saying is told what it costs
   * @throws CliException when there is no such queue, or looking may delete, or shows nothing
   */
  Lying lying(QueueBrowser browser, Consumer<String> saying) {
    return lying(browser, state(browser), saying, saying);
  }

  /**
   * The same for those who look. Whoever looked just before is a consumer a moment longer, which is
   * waited for.
   *
   * @param saying is told what it costs
   * @param warning is told what may make it incomplete
   */
  Lying lying(QueueBrowser browser, Consumer<String> saying, Consumer<String> warning)
      throws InterruptedException {
    QueueState state =
        BrowseSafety.stateAtRest(browser, queue()).orElseThrow(() -> noSuchQueue(browser));
    return lying(browser, state, saying, warning);
  }

  private Lying lying(
      QueueBrowser browser, QueueState state, Consumer<String> saying, Consumer<String> warning) {
    QueueProperties traits = browser.queueProperties(queue);
    BrowseSafety.whyNothingShows(queue, traits, state)
        .ifPresent(why -> {
          throw new CliException(ExitCode.PARTIAL, why);
        });
    BrowseSafety.whyIncomplete(queue, state.consumers())
        .ifPresent(why ->
            warning.accept("note: " + (state.ready() == 0 ? "0 letters are visible; " : "") + why));
    BrowseSafety risk = BrowseSafety.of(queue, traits, browser.brokerVersion());
    if (risk.level() == BrowseSafety.Level.DESTRUCTIVE) {
      if (!force) {
        throw new CliException(ExitCode.USAGE, risk.note() + "; --force does it all the same");
      }
      saying.accept("note: " + risk.note());
    }
    return new Lying(state.ready(), state.consumers());
  }

  /** What to tell of {@code failure}, where the broker said that somebody else has the queue. */
  RuntimeException explained(MessagingException failure) {
    return failure.kind() == MessagingException.Kind.RESOURCE_LOCKED
        ? new CliException(
            ExitCode.PARTIAL,
            "%s is in exclusive use: another client's consumer gets every message, so none can be"
                    .formatted(Text.printable(queue))
                + " seen or taken; stop that client first",
            failure)
        : failure;
  }

  private QueueState state(QueueBrowser browser) {
    return browser.state(queue()).orElseThrow(() -> noSuchQueue(browser));
  }

  /**
   * How a look ended: partly, where somebody may have had letters in hand.
   *
   * @param expected how many letters it was to see
   * @param warning is told when it saw too few
   */
  ExitCode sawAll(Lying lying, long expected, long seen, Consumer<String> warning) {
    if (seen < expected) {
      warning.accept(
          "orderflow: %s of %s letters of %s were seen; somebody else has taken the others, or has"
                  .formatted(Text.grouped(seen), Text.grouped(expected), queue)
              + " them in hand");
      return ExitCode.PARTIAL;
    }
    return lying.consumers() > 0 ? ExitCode.PARTIAL : ExitCode.DONE;
  }

  private CliException noSuchQueue(QueueBrowser browser) {
    List<String> there =
        Topology.QUEUES.stream()
            .map(Topology::deadLetterQueue)
            .filter(name -> browser.depth(name).isPresent())
            .toList();
    return new CliException(
        ExitCode.USAGE,
        "there is no queue "
            + Text.printable(queue)
            + (there.isEmpty()
                ? "; the services declare theirs when they start"
                : "; there are " + String.join(", ", there)));
  }
}
