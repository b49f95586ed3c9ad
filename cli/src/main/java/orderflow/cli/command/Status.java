package orderflow.cli.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.operate.BrokerCheck;
import orderflow.cli.operate.CheckResult;
import orderflow.cli.operate.CheckResult.Level;
import orderflow.cli.operate.ServiceCheck;
import orderflow.cli.options.CommandHints;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    header = "Check broker, queues and services, with advice.",
    description = {
      "",
      "Exits with 0 when all is well, with 3 on a warning, and with 5 on a failure, so",
      "that monitors can run it too.",
    },
    footer = {"", "Examples:", "  orderflow status", "  orderflow status -q -o ndjson"})
public final class Status implements Callable<Integer> {
  private static final String GREEN = "\033[32m";
  private static final String YELLOW = "\033[33m";
  private static final String RED = "\033[1;31m";
  private static final String RESET = "\033[0m";
  private static final int SUBJECT = 24;
  private static final int NARROW = 60;

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public Status(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<CheckResult> results =
        new ArrayList<>(
            new BrokerCheck(global.broker("orderflow-status"), global.queueType()).run());
    for (ServiceName name : ServiceName.values()) {
      try (var service = global.services().health(name)) {
        results.addAll(ServiceCheck.of(service));
      }
    }
    CommandHints complete = global.commandHints();
    results.replaceAll(result -> result.with(complete));
    if (global.output().isHumanReadable()) {
      print(results);
      cli.out().flush();
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      results.forEach(result -> rows.add(result.toJson()));
      global.output().printAll(cli, rows);
    }
    return exitCode(results).code();
  }

  private static ExitCode exitCode(List<CheckResult> results) {
    if (results.stream().anyMatch(result -> result.level() == Level.FAIL)) {
      return ExitCode.FAILED;
    }
    return results.stream().anyMatch(result -> result.level() == Level.WARN)
        ? ExitCode.PARTIAL
        : ExitCode.DONE;
  }

  /** Prints repeated advice once, below the last result that has it. */
  private void print(List<CheckResult> results) {
    List<CheckResult> shown =
        results.stream().filter(f -> !global.quiet() || f.level() != Level.OK).toList();
    Set<String> given = new HashSet<>();
    for (int i = 0; i < shown.size(); i++) {
      String advice = shown.get(i).advice();
      boolean isNext = i + 1 < shown.size() && shown.get(i + 1).advice().equals(advice);
      print(shown.get(i), !advice.isEmpty() && !isNext && given.add(advice));
    }
  }

  private void print(CheckResult result, boolean advised) {
    var out = cli.out();
    int columns = cli.columns();
    boolean narrow = columns > 0 && columns < NARROW;
    String word = "%-4s  ".formatted(result.level());
    String subject = Text.printable(result.subject());
    String text = Text.printable(result.text());
    List<String> lines = new ArrayList<>();
    if (narrow) {
      lines.addAll(Text.wrapBeside(word, subject, columns));
      lines.addAll(Text.wrapBeside("  ", text, columns));
    } else {
      lines.addAll(Text.wrapBeside(word + Text.padded(subject, SUBJECT) + " ", text, columns));
    }
    if (advised) {
      String arrow = narrow ? "  -> " : "      -> ";
      lines.addAll(Text.wrapBeside(arrow, Text.printable(result.advice()), columns));
    }
    out.println(coloured(lines.removeFirst(), result.level()));
    lines.forEach(out::println);
  }

  /** Colours the first word, if output is coloured. */
  private String coloured(String line, Level level) {
    if (!global.coloredResults(cli)) {
      return line;
    }
    String colour =
        switch (level) {
          case OK -> GREEN;
          case WARN -> YELLOW;
          case FAIL -> RED;
        };
    return line.replaceFirst(level.toString(), colour + level + RESET);
  }
}
