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
import orderflow.cli.prove.probe.PoisonKind;
import orderflow.cli.prove.probe.PoisonProbe;
import orderflow.cli.prove.probe.PoisonProbe.PoisonResult;
import orderflow.cli.prove.report.VerdictLabel;
import orderflow.messaging.RabbitBroker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow poison}. */
@Command(
    name = "poison",
    mixinStandardHelpOptions = true,
    header = "Send a message that is no order, and see it end in the dead-letter queue.",
    description = {
      "",
      "Passes when it is there exactly once, byte for byte, with the right reason or",
      "none. Where another program's consumer drops the message id and the headers, it",
      "is found by its bytes, and what was lost is reported.",
      "Looks for it through the whole dead-letter queue; a quorum queue counts each",
      "look as a delivery.",
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
      description = "How long to wait for the dead letter (default: ${DEFAULT-VALUE}).",
      defaultValue = "15s")
  private Duration timeout = Duration.ofSeconds(15);

  /** The names to complete. */
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
    List<PoisonResult> findings = probe.send(kinds);
    boolean passed = findings.stream().allMatch(PoisonResult::passed);
    if (global.output().isHumanReadable()) {
      findings.forEach(this::print);
      cli.out().flush();
    } else if (kinds.size() == 1) {
      global.output().printOne(cli, findings.getFirst().toJson());
    } else {
      global.output().printAll(cli, findings.stream().map(PoisonResult::toJson).toList());
    }
    return passed ? ExitCode.DONE.code() : ExitCode.FAILED.code();
  }

  private void print(PoisonResult finding) {
    String found =
        switch (finding.deadLettered()) {
          case 0 -> "is not in " + finding.queue() + "; does inventory run?";
          case 1 ->
              "in %s, reason %s%s"
                  .formatted(
                      finding.queue(),
                      finding.reason() == null ? "not given" : finding.reason(),
                      (finding.intact() ? ", every byte kept" : ", BYTES CHANGED")
                          + losses(finding));
          default -> finding.deadLettered() + " times in " + finding.queue();
        };
    cli.out()
        .println(
            "%s  %s: %s"
                .formatted(
                    VerdictLabel.word(finding.passed(), global.coloredResults(cli)),
                    finding.kind(),
                    found));
  }

  /** A consumer that is not ours may keep less of a message than ours do. */
  private static String losses(PoisonResult finding) {
    return finding.lost().isEmpty()
        ? ""
        : "; found by its %s, lost: %s"
            .formatted(
                String.valueOf(finding.foundBy()).replace('_', ' '),
                String.join(", ", finding.lost()));
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
