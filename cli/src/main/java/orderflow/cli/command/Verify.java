package orderflow.cli.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Interrupts;
import orderflow.cli.Surroundings;
import orderflow.cli.control.ComposeStage;
import orderflow.cli.control.ManualStage;
import orderflow.cli.control.ProcessStage;
import orderflow.cli.control.ProcessStage.BrokerChoice;
import orderflow.cli.report.Conditions;
import orderflow.cli.report.Summary;
import orderflow.cli.scenario.Catalogue;
import orderflow.cli.scenario.Program;
import orderflow.cli.scenario.Scenario;
import orderflow.cli.scenario.Stage;
import orderflow.cli.scenario.Verdict;
import orderflow.cli.view.Progress;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orderflow verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Play failure scenarios on real processes, and judge every order.",
    description = {
      "",
      "Starts a broker and the three services as processes of their own, on free ports and",
      "in a temporary folder, sends orders all through, breaks things on purpose, mends",
      "them, and holds what clients were told against what every service has on record.",
      "Without a name it plays the usual ones, in under two minutes.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow verify",
      "  orderflow verify kill-inventory broker-kill",
      "  orderflow verify --all --broker rabbitmq --junit verify.xml",
      "  orderflow verify --all --report verify.html",
    })
public final class Verify implements Callable<Integer> {
  /** Who has a hand on the flow. */
  enum Control {
    PROCESS,
    COMPOSE,
    MANUAL;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "What to play; --list shows what there is.")
  private List<String> names = List.of();

  @Option(names = "--all", fallbackValue = "true", description = "Play every scenario.")
  private boolean all;

  @Option(
      names = "--full",
      fallbackValue = "true",
      description = "The backlog takes as long as in the original flow: 90 s.")
  private boolean full;

  @Option(
      names = "--list",
      fallbackValue = "true",
      description = "Show every scenario's name, and play none.")
  private boolean list;

  @Option(
      names = "--broker",
      paramLabel = "BROKER",
      description =
          "embedded; rabbitmq, a private node of the one that is installed here; or a URI"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "embedded")
  private String broker = "embedded";

  @Option(
      names = "--control",
      paramLabel = "CONTROL",
      description =
          "Who starts and stops things: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). With"
              + " compose and manual the flow runs already, where --uri and the URLs say.",
      defaultValue = "process")
  private Control control = Control.PROCESS;

  @Option(
      names = "--compose-file",
      paramLabel = "FILE",
      description = "For --control compose (default: ${DEFAULT-VALUE}).",
      defaultValue = "docker-compose.yml")
  private Path composeFile = Path.of("docker-compose.yml");

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Draws the same chances as a run that printed this number.")
  private @Nullable Long seed;

  @Mixin private ReportOptions reports = new ReportOptions();

  public Verify(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    long drawn = seed == null ? surroundings.random().nextLong(1, 1_000_000) : seed;
    var catalogue =
        new Catalogue(RunIds.next("verify", surroundings), drawn, full, surroundings.clock());
    if (list) {
      catalogue.names().forEach(surroundings.out()::println);
      return ExitCode.DONE.code();
    }
    List<Scenario> scenarios = chosen(catalogue);
    reports.requireWritable();
    Thread playing = Thread.currentThread();
    try (var _ = Interrupts.onInterrupt(playing::interrupt)) {
      List<Verdict> verdicts = new ArrayList<>();
      try {
        Conditions conditions = play(scenarios, drawn, verdicts);
        reports.write(verdicts, conditions);
        print(verdicts);
        return (Verdict.allPassed(verdicts) ? ExitCode.DONE : ExitCode.FAILED).code();
      } catch (InterruptedException e) {
        print(verdicts); // so far
        return ExitCode.INTERRUPTED.code();
      }
    }
  }

  /** Answers what it was played on. */
  private Conditions play(List<Scenario> scenarios, long drawn, List<Verdict> verdicts)
      throws InterruptedException {
    var progress = new Progress(surroundings, global.quiet());
    progress.line("seed " + drawn);
    try (Stage stage = stage(scenarios, progress)) {
      progress.line(stage.description());
      String version = brokerVersion(stage);
      new Program(scenarios).play(stage, progress::line, verdicts::add);
      return Conditions.of(
          version, stage.description(), drawn, arguments(), surroundings.clock().instant());
    }
  }

  private static String brokerVersion(Stage stage) {
    try (QueueBrowser browser = stage.broker().openBrowser()) {
      return browser.brokerVersion();
    }
  }

  private Stage stage(List<Scenario> scenarios, Progress progress) throws InterruptedException {
    return switch (control) {
      case PROCESS -> {
        progress.line("starting a broker and three services");
        yield ProcessStage.start(
            brokerChoice(),
            scenarios.stream().anyMatch(scenario -> scenario.name().equals("store-full")));
      }
      case COMPOSE ->
          new ComposeStage(global.broker("orderflow-verify"), global.urls(), composeFile).ready();
      case MANUAL ->
          new ManualStage(global.broker("orderflow-verify"), global.urls(), progress::line).ready();
    };
  }

  /** As they were given, this command's name among them. */
  private List<String> arguments() {
    return Objects.requireNonNull(spec).root().commandLine().getParseResult().originalArgs();
  }

  private List<Scenario> chosen(Catalogue catalogue) {
    try {
      return all ? catalogue.all() : names.isEmpty() ? catalogue.usual() : catalogue.named(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private BrokerChoice brokerChoice() {
    return switch (broker) {
      case "embedded" -> new BrokerChoice.Embedded();
      case "rabbitmq" -> new BrokerChoice.Rabbit(surroundings.environment());
      default -> {
        global.broker(URI.create(broker), "orderflow-verify"); // says what is wrong with it
        yield new BrokerChoice.Foreign(URI.create(broker));
      }
    };
  }

  private void print(List<Verdict> verdicts) {
    if (global.output().isForPeople()) {
      new Summary(surroundings.out(), global.coloured(surroundings)).print(verdicts);
    } else {
      global.output().printOne(surroundings.out(), Summary.toJson(verdicts));
    }
    surroundings.out().flush();
  }
}
