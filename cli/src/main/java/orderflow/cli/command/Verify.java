package orderflow.cli.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import orderflow.cli.deadletter.BrowseSafety;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.Converters;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.prove.environment.ComposeEnvironment;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.ManualEnvironment;
import orderflow.cli.prove.environment.ProcessEnvironment.BrokerChoice;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.environment.ProcessEnvironments;
import orderflow.cli.prove.environment.RemoteEnvironments;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.cli.view.Text;
import orderflow.messaging.RabbitBroker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code orderflow verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Play failure scenarios on real processes, and judge every order.",
    description = {
      "",
      "Starts a broker and the three services as processes of their own, on free ports",
      "and in a temporary folder, sends orders throughout, breaks things on purpose,",
      "mends them, and holds what clients were told against what went over the wire and",
      "what every service has on record.",
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

  private static final int NAME = 20;

  private final CliContext cli;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      completionCandidates = CompletionCandidates.ScenarioNames.class,
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
      description = "Show every scenario, and play none.")
  private boolean list;

  @Option(
      names = "--broker",
      paramLabel = "BROKER",
      completionCandidates = CompletionCandidates.Brokers.class,
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
      description = "With --control compose: its file (default: ${DEFAULT-VALUE}).",
      defaultValue = "docker-compose.yml")
  private Path composeFile = Path.of("docker-compose.yml");

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Make the random choices of the run that printed this number.")
  private @Nullable Long seed;

  @Mixin private ReportOptions reports = new ReportOptions();

  public Verify(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    long drawn = seed == null ? cli.random().nextLong(1, 1_000_000) : seed;
    var catalogue = new Scenarios(RunIds.next("verify", cli), drawn, full, cli.clock());
    if (list) {
      print(catalogue.all());
      return ExitCode.DONE.code();
    }
    List<Scenario> scenarios = chosen(catalogue);
    return new ScenarioRun(cli, global, reports, drawn, arguments())
        .run(scenarios, saying -> stages(scenarios, saying));
  }

  private void print(List<Scenario> scenarios) {
    if (global.output().isHumanReadable()) {
      for (Scenario scenario : scenarios) {
        Text.wrapBeside(Text.padded(scenario.name(), NAME) + " ", scenario.purpose(), cli.columns())
            .forEach(cli.out()::println);
      }
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Scenario scenario : scenarios) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", scenario.name());
        row.put("purpose", scenario.purpose());
        row.put("must_see", scenario.required());
        rows.add(row);
      }
      global.output().printAll(cli, rows);
    }
  }

  private EnvironmentSource stages(List<Scenario> scenarios, Consumer<String> saying) {
    return switch (control) {
      case PROCESS ->
          new ProcessEnvironments(brokerChoice(), disk(scenarios), reports.keptFiles(), saying);
      case COMPOSE ->
          new RemoteEnvironments(new ComposeEnvironment(foreign(), global.services(), composeFile));
      case MANUAL ->
          new RemoteEnvironments(new ManualEnvironment(foreign(), global.services(), saying));
    };
  }

  private static DiskChoice disk(List<Scenario> scenarios) {
    List<String> names = scenarios.stream().map(Scenario::name).toList();
    if (names.contains("disk-frozen")) {
      return DiskChoice.FREEZABLE;
    }
    return names.contains("store-full") ? DiskChoice.FILLABLE : DiskChoice.SYSTEM;
  }

  /** Of a flow that runs already, whose dead letters are not ours to lose. */
  private RabbitBroker foreign() {
    RabbitBroker itself = global.broker("orderflow-verify");
    BrowseSafety.requireNone(itself);
    return itself;
  }

  /** As they were given, this command's name among them. */
  private List<String> arguments() {
    return Objects.requireNonNull(spec).root().commandLine().getParseResult().originalArgs();
  }

  private List<Scenario> chosen(Scenarios catalogue) {
    if (all && !names.isEmpty()) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--all plays every scenario; leave it out to play " + String.join(" ", names));
    }
    try {
      return all
          ? catalogue.all()
          : names.isEmpty() ? catalogue.defaults() : catalogue.named(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private URI brokerUri() {
    try {
      return Converters.uri(broker);
    } catch (TypeConversionException e) {
      throw new CliException(ExitCode.USAGE, "--broker: " + e.getMessage(), e);
    }
  }

  private BrokerChoice brokerChoice() {
    return switch (broker) {
      case "embedded" -> new BrokerChoice.Embedded();
      case "rabbitmq" -> new BrokerChoice.Rabbit(cli.environment());
      default -> {
        URI uri = brokerUri();
        RabbitBroker itself = global.broker(uri, "--broker", "orderflow-verify");
        // Says what is wrong with it, before services wait for it in vain.
        BrowseSafety.requireNone(itself);
        yield new BrokerChoice.External(uri, itself, global.brokerOptions());
      }
    };
  }
}
