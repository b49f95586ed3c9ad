package orderflow.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.cli.prove.probe.PoisonProbe;
import orderflow.cli.prove.probe.PoisonProbe.PoisonResult;
import orderflow.messaging.RabbitBroker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow poison}. */
@Command(
    name = "poison",
    mixinStandardHelpOptions = true,
    header = "Send an invalid order message, and check that it is dead-lettered.",
    description = {
      "",
      "Passes when the message is in the dead-letter queue exactly once, unchanged, and",
      "with the correct reason or none. Where another program's consumer drops message",
      "id and headers, the message is found by its bytes, and the loss is reported.",
      "Browses the whole dead-letter queue; refused on a quorum queue that has dead",
      "letters.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow poison",
      "  orderflow poison --kind negative-qty",
      "  orderflow poison --kind all -o json",
    })
public final class Poison implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(
      names = {"-k", "--kind"},
      paramLabel = "KIND",
      completionCandidates = Kinds.class,
      description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "invalid-json")
  private String kind = "invalid-json";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Time limit for the dead letter (default: ${DEFAULT-VALUE}).",
      defaultValue = "15s")
  private Duration timeout = Duration.ofSeconds(15);

  /** The names for completion. */
  static final class Kinds implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Stream.concat(
              Stream.of("all"), Stream.of(PoisonKind.values()).map(PoisonKind::toString))
          .iterator();
    }
  }

  public Poison(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<PoisonKind> kinds = kinds();
    RabbitBroker broker = global.broker("orderflow-poison");
    BrowseSafety.requireNone(broker);
    var probe = new PoisonProbe(broker, RunIds.next("poison", cli), timeout);
    List<PoisonResult> results = probe.send(kinds);
    boolean passed = results.stream().allMatch(PoisonResult::passed);
    if (global.output().isHumanReadable()) {
      results.forEach(this::print);
      cli.out().flush();
    } else if (kinds.size() == 1) {
      global.output().printOne(cli, results.getFirst().toJson());
    } else {
      global.output().printAll(cli, results.stream().map(PoisonResult::toJson).toList());
    }
    return passed ? ExitCode.DONE.code() : ExitCode.FAILED.code();
  }

  private void print(PoisonResult result) {
    String found =
        switch (result.deadLettered()) {
          case 0 -> "is not in " + result.queue() + "; is the inventory service running?";
          case 1 ->
              "in %s, reason %s%s"
                  .formatted(
                      result.queue(),
                      result.reason() == null ? "not given" : result.reason(),
                      (result.intact() ? ", every byte kept" : ", BYTES CHANGED") + losses(result));
          default ->
              "is %d times in %s; expected once".formatted(result.deadLettered(), result.queue());
        };
    cli.out()
        .println(
            "%s  %s: %s"
                .formatted(
                    Verdict.of(result.passed()).label(global.coloredResults(cli)),
                    result.kind(),
                    found));
  }

  /** Other consumers than ours may drop properties. */
  private static String losses(PoisonResult result) {
    return result.lost().isEmpty()
        ? ""
        : "; found by its %s, lost: %s"
            .formatted(
                String.valueOf(result.foundBy()).replace('_', ' '),
                String.join(", ", result.lost()));
  }

  private List<PoisonKind> kinds() {
    if (kind.equalsIgnoreCase("all")) {
      return List.of(PoisonKind.values());
    }
    for (PoisonKind known : PoisonKind.values()) {
      if (known.toString().equalsIgnoreCase(kind)) {
        return List.of(known);
      }
    }
    throw new CliException(
        ExitCode.USAGE,
        "--kind: '%s' is not one of %s".formatted(kind, String.join(", ", new Kinds())));
  }
}
