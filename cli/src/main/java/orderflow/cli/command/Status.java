package orderflow.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import orderflow.cli.client.ServiceName;
import orderflow.cli.status.BrokerCheck;
import orderflow.cli.status.Finding;
import orderflow.cli.status.Finding.Level;
import orderflow.cli.status.ServiceCheck;
import orderflow.cli.view.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    header = "Check broker, queues and services once, and say what to do.",
    description = {
      "",
      "For people and for monitors: ends with 0 when all is well, 3 when something is",
      "worth a look, and 5 when something does not work.",
    },
    footer = {"", "Examples:", "  orderflow status", "  orderflow status -q -o ndjson"})
public final class Status implements Callable<Integer> {
  private static final String GREEN = "\033[32m";
  private static final String YELLOW = "\033[33m";
  private static final String RED = "\033[1;31m";
  private static final String RESET = "\033[0m";

  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public Status(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Finding> findings =
        new ArrayList<>(
            new BrokerCheck(global.broker("orderflow-status"), global.queueType()).run());
    for (ServiceName name : ServiceName.values()) {
      try (var service = global.services().health(name)) {
        findings.addAll(ServiceCheck.of(service));
      }
    }
    if (global.output().isForPeople()) {
      findings.forEach(this::print);
      surroundings.out().flush();
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      findings.forEach(finding -> rows.add(finding.toJson()));
      global.output().printAll(surroundings.out(), rows);
    }
    return exitCode(findings).code();
  }

  private static ExitCode exitCode(List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> finding.level() == Level.FAIL)) {
      return ExitCode.FAILED;
    }
    return findings.stream().anyMatch(finding -> finding.level() == Level.WARN)
        ? ExitCode.PARTIAL
        : ExitCode.DONE;
  }

  private void print(Finding finding) {
    if (global.quiet() && finding.level() == Level.OK) {
      return;
    }
    var out = surroundings.out();
    out.println(
        word(finding.level())
            + "  "
            + Text.printable("%-24s %s".formatted(finding.subject(), finding.text())));
    if (!finding.advice().isEmpty()) {
      out.println(Text.printable("      -> " + finding.advice()));
    }
  }

  private String word(Level level) {
    String padded = "%-4s".formatted(level);
    if (!global.coloured(surroundings)) {
      return padded;
    }
    return switch (level) {
          case OK -> GREEN;
          case WARN -> YELLOW;
          case FAIL -> RED;
        }
        + padded
        + RESET;
  }
}
