package orderflow.cli.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Interrupts;
import orderflow.cli.LogFormat;
import orderflow.cli.Logging;
import orderflow.cli.Surroundings;
import orderflow.cli.embedded.EmbeddedStage;
import orderflow.cli.load.Rate;
import orderflow.cli.scenario.BacklogScenario;
import orderflow.cli.scenario.DuplicateScenario;
import orderflow.cli.scenario.PoisonScenario;
import orderflow.cli.scenario.Program;
import orderflow.cli.scenario.Verdict;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.cli.view.Verdicts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orderflow demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "See the whole flow and its failure scenarios, with nothing to set up.",
    description = {
      "",
      "Starts a broker in memory and the three services on private ports, plays backlog",
      "and recovery, the duplicate and the poison message, and ends with a verdict on",
      "each. Takes about half a minute and leaves nothing behind.",
    })
public final class Demo implements Callable<Integer> {
  private static final BacklogScenario.Timing TIMING =
      new BacklogScenario.Timing(
          Rate.perSecond(50), Duration.ofSeconds(3), Duration.ofSeconds(6), Duration.ofSeconds(2));

  private static final int MAX_REMARKS = 50;
  private static final int SCREEN = 80;
  private static final int INDENT = 17;

  private final Surroundings surroundings;

  @Mixin private GlobalOptions global = new GlobalOptions();

  public Demo(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (global.verbose()) {
      Logging.ofServices(LogFormat.TEXT);
    }
    var progress = new Progress(surroundings, global.quiet());
    Thread playing = Thread.currentThread();
    try (var _ = Interrupts.onInterrupt(playing::interrupt)) {
      progress.line("starting a broker in memory and three services");
      List<Verdict> verdicts = new ArrayList<>();
      try (EmbeddedStage stage = EmbeddedStage.start(surroundings)) {
        program().play(stage, progress::line, verdicts::add);
      }
      return report(verdicts);
    }
  }

  private Program program() {
    String run = RunIds.next("demo", surroundings);
    return new Program(
        List.of(
            new BacklogScenario(run, TIMING),
            new DuplicateScenario(run, surroundings.clock()),
            new PoisonScenario(run)));
  }

  private int report(List<Verdict> verdicts) {
    boolean passed = Verdict.allPassed(verdicts);
    if (global.output().isForPeople()) {
      boolean coloured = global.coloured(surroundings);
      for (Verdict verdict : verdicts) {
        String word = Verdicts.word(verdict.outcome(), coloured);
        // In one line for grep, and broken for the screen.
        int width = surroundings.outIsTerminal() ? SCREEN - INDENT : Integer.MAX_VALUE;
        surroundings
            .out()
            .println(
                String.format(Locale.ROOT, "%s  %-10s ", word, verdict.scenario())
                    + String.join(
                        "\n" + " ".repeat(INDENT), Text.wrapped(verdict.summary(), width)));
        listRemarks(verdict, surroundings.out());
      }
      surroundings.out().flush();
    } else {
      Map<String, Object> json = new LinkedHashMap<>();
      verdicts.forEach(verdict -> listRemarks(verdict, surroundings.err()));
      json.put("verdict", Verdicts.json(passed));
      json.put("scenarios", new ArrayList<>(verdicts.stream().map(Verdict::toJson).toList()));
      global.output().printOne(surroundings.out(), json);
    }
    return passed ? ExitCode.DONE.code() : ExitCode.FAILED.code();
  }

  private static void listRemarks(Verdict verdict, PrintWriter out) {
    List<String> remarks = verdict.remarks();
    remarks.stream()
        .limit(MAX_REMARKS)
        .forEach(remark -> out.println("      " + Text.printable(remark)));
    if (remarks.size() > MAX_REMARKS) {
      out.println("      and " + Text.grouped(remarks.size() - MAX_REMARKS) + " more");
    }
  }
}
