package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import orderflow.cli.client.ServiceName;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.operate.OrderTimeline;
import orderflow.cli.operate.OrderTimeline.Entry;
import orderflow.cli.operate.TimelineView;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import orderflow.event.Ids;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code orderflow trace}. */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    header = "Show the way of one order, with times and gaps.",
    description = {
      "",
      "Asks every service what it has on record, and looks for the order among the dead",
      "letters. A part that does not answer is named, and the rest is shown.",
    },
    footer = {"", "Examples:", "  orderflow trace ord-1", "  orderflow trace ord-1 --follow"})
public final class TraceCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CliContext cli;
  private final List<String> silent = new ArrayList<>();
  private final Set<ServiceName> itself = EnumSet.noneOf(ServiceName.class);

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(paramLabel = "ORDER_ID", description = "The order.")
  private String orderId = "";

  @Option(
      names = "--follow",
      fallbackValue = "true",
      description = "Go on until nothing more is to come, or Ctrl-C.")
  private boolean follow;

  public TraceCommand(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!Ids.isValid(orderId)) {
      throw new CliException(ExitCode.USAGE, "ORDER_ID must be " + Ids.RULE);
    }
    OrderTimeline trace = trace();
    if (follow) {
      Thread following = Thread.currentThread();
      try (var _ = SignalHandler.onInterrupt(following::interrupt)) {
        return follow(trace).code();
      }
    }
    if (global.output().isHumanReadable()) {
      print(new TimelineView(cli.columns()).of(trace.entries()));
    }
    return conclude(trace).code();
  }

  /** What it comes to, and who was not heard. */
  private ExitCode conclude(OrderTimeline trace) {
    if (!global.output().isHumanReadable()) {
      global.output().printOne(cli, trace.toJson());
    } else if (trace.isKnown()) {
      print(Text.wrapBeside("", trace.summary(), cli.columns()));
    }
    cli.out().flush();
    silent.forEach(line -> cli.err().println("orderflow: " + Text.printable(line)));
    cli.err().flush();
    if (!trace.isKnown()) {
      throw new CliException(
          silent.isEmpty() ? ExitCode.USAGE : ExitCode.UNREACHABLE,
          "nobody " + (silent.isEmpty() ? "" : "who answers ") + "knows the order " + orderId);
    }
    return silent.isEmpty() ? ExitCode.DONE : ExitCode.PARTIAL;
  }

  /** Shows what is new as it comes, until nothing more is to come or nobody wants to wait. */
  private ExitCode follow(OrderTimeline first) {
    OrderTimeline trace = first;
    List<Entry> shown = List.of();
    var lines = new TimelineView(cli.columns());
    while (true) {
      List<Entry> all = trace.entries();
      if (global.output().isHumanReadable()) {
        List<Entry> known = shown;
        print(lines.of(all.stream().filter(moment -> !known.contains(moment)).toList()));
      }
      shown = all;
      if (trace.isComplete() || cli.out().checkError()) {
        return conclude(trace);
      }
      try {
        Thread.sleep(PAUSE);
        trace = trace();
      } catch (InterruptedException e) {
        conclude(trace);
        return ExitCode.INTERRUPTED;
      }
    }
  }

  private OrderTimeline trace() throws InterruptedException {
    silent.clear();
    var trace = new OrderTimeline(orderId);
    try (var orders = global.services().orders();
        var inventory = global.services().inventory();
        var notifications = global.services().notifications()) {
      asked(trace, ServiceName.ORDER, () -> orders.details(orderId)).ifPresent(trace::addOrder);
      asked(trace, ServiceName.INVENTORY, () -> inventory.details(orderId))
          .ifPresent(trace::addReservation);
      asked(trace, ServiceName.NOTIFICATION, () -> notifications.details(orderId))
          .ifPresent(trace::addNotification);
    }
    addDeadLetters(trace);
    return trace;
  }

  private interface Question {
    Optional<JsonNode> ask() throws InterruptedException;
  }

  private Optional<JsonNode> asked(OrderTimeline trace, ServiceName service, Question question)
      throws InterruptedException {
    try {
      Optional<JsonNode> answer = question.ask();
      if (answer.isEmpty()) {
        requireItself(service);
      }
      return answer;
    } catch (CliException e) {
      isSilent(trace, service.toString(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Another service does not know the order either, and that would say nothing. */
  private void requireItself(ServiceName service) throws InterruptedException {
    if (!itself.contains(service)) {
      try (var health = global.services().health(service)) {
        Optional<String> stranger = health.metrics().wrongService();
        if (stranger.isPresent()) {
          throw new CliException(ExitCode.UNREACHABLE, stranger.get());
        }
        itself.add(service);
      }
    }
  }

  /**
   * @param why for people
   */
  private void isSilent(OrderTimeline trace, String part, String why) {
    trace.addUnavailable(part);
    silent.add(why);
  }

  private void addDeadLetters(OrderTimeline trace) throws InterruptedException {
    try (QueueBrowser browser = global.broker("orderflow-trace").openBrowser()) {
      for (String source : Topology.QUEUES) {
        String queue = Topology.deadLetterQueue(source);
        var state = browser.state(queue);
        if (state.isPresent() && state.get().consumers() > 0 && !trace.isComplete()) {
          isSilent(trace, queue, "others look into " + queue + ", and may hold a letter of it");
        }
        if (state.isPresent() && state.get().ready() > 0) {
          BrowseSafety risk = BrowseSafety.of(browser, queue);
          if (risk.level() != BrowseSafety.Level.NONE) {
            isSilent(trace, queue, queue + " is not looked into: " + risk.note());
            continue;
          }
          browser.visit(
              queue,
              PATIENCE,
              letter -> {
                if (orderId.equals(DeadLetterInfo.orderIdOf(letter))) {
                  var view = DeadLetterInfo.of(1, letter);
                  trace.addDeadLetter(
                      queue, view.at(), view.reason(), view.detail(), view.replays());
                }
                return true;
              });
        }
      }
    } catch (MessagingException e) {
      isSilent(trace, "broker", e.detail());
    }
  }

  private void print(List<String> lines) {
    lines.forEach(cli.out()::println);
    cli.out().flush();
  }
}
