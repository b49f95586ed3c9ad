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
import orderflow.cli.prove.environment.BrokerChoice;
import orderflow.cli.prove.environment.ComposeEnvironment;
import orderflow.cli.prove.environment.EnvironmentSource;
import orderflow.cli.prove.environment.ManualEnvironment;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.environment.ProcessEnvironments;
import orderflow.cli.prove.environment.RemoteEnvironments;
import orderflow.cli.prove.foreign.FlowFile;
import orderflow.cli.prove.foreign.ForeignFlow;
import orderflow.cli.prove.scenario.Scenario;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.cli.prove.schedule.FaultSchedule;
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
    header = "Run failure scenarios on real processes, and check every order.",
    description = {
      "",
      "Starts a broker and the three services as child processes, on free ports and in",
      "a temporary folder. Places orders while faults are injected and removed, then",
      "compares the responses to clients with the events on the broker and the rows of",
      "every service.",
      "Without a name it runs the default scenarios, in under two minutes.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow verify",
      "  orderflow verify kill-inventory broker-kill",
      "  orderflow verify --all --broker rabbitmq --junit verify.xml",
      "  orderflow verify --all --report verify.html",
      "  orderflow verify --soak 1h",
      "  orderflow verify --judge histories",
    })
public final class Verify implements Callable<Integer> {
  /** How faults are injected. */
  enum Control {
    PROCESS,
    EXEC,
    COMPOSE,
    MANUAL;

    /** The name on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int NAME_WIDTH = 20;

  private final CliContext cli;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      completionCandidates = CompletionCandidates.ScenarioNames.class,
      description = "Scenarios to run; see --list.")
  private List<String> names = List.of();

  @Option(names = "--all", fallbackValue = "true", description = "Run every scenario.")
  private boolean all;

  @Option(
      names = "--full",
      fallbackValue = "true",
      description = "Run the backlog scenario for 90 s.")
  private boolean full;

  @Option(names = "--list", fallbackValue = "true", description = "List all scenarios and exit.")
  private boolean list;

  @Option(
      names = "--broker",
      paramLabel = "BROKER",
      completionCandidates = CompletionCandidates.Brokers.class,
      description =
          "embedded; rabbitmq, a private node of the installed RabbitMQ; or a URI"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "embedded")
  private String broker = "embedded";

  @Option(
      names = "--control",
      paramLabel = "CONTROL",
      description =
          "How faults are injected: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})."
              + " exec starts the services of --exec. compose and manual use a running flow, at"
              + " --uri and the service URLs.",
      defaultValue = "process")
  private Control control = Control.PROCESS;

  @Option(
      names = "--exec",
      paramLabel = "FILE",
      description =
          "Flow file (TOML): how to start and observe the services that are not ours, for"
              + " --control exec and compose.")
  private @Nullable Path flowFile;

  @Option(
      names = "--compose-file",
      paramLabel = "FILE",
      description = "Compose file for --control compose (default: ${DEFAULT-VALUE}).",
      defaultValue = "docker-compose.yml")
  private Path composeFile = Path.of("docker-compose.yml");

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Repeat the random choices of the run that printed this number.")
  private @Nullable Long seed;

  @Option(
      names = "--judge",
      paramLabel = "DIR",
      description = "Judge the histories in a folder of --history again; start nothing.")
  private @Nullable Path judged;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      description =
          "Faults of the one scenario instead of its own, as printed by a run that did not pass.")
  private @Nullable String schedule;

  @Option(
      names = "--shorten",
      fallbackValue = "true",
      description =
          "When the one scenario fails, run it with fewer of its faults, until each is needed.")
  private boolean shorten;

  @Mixin private SoakOptions soak = new SoakOptions();

  @Mixin private ReportOptions reports = new ReportOptions();

  public Verify(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    long drawn = seed == null ? cli.random().nextLong(1, 1_000_000) : seed;
    String id = RunIds.next("verify", cli);
    var scenarioList = new Scenarios(id, drawn, full, cli.clock());
    if (list) {
      print(scenarioList.all());
      return ExitCode.DONE.code();
    }
    if (judged != null) {
      return new ScenarioRun(cli, global, reports, drawn, spec()).judge(judged);
    }
    requireSoakAlone();
    List<Scenario> scenarios =
        soak.isGiven() ? soak.scenarios(id, drawn) : withSchedule(chosen(scenarioList));
    ForeignFlow flow = flow();
    var run = new ScenarioRun(cli, global, reports, drawn, spec());
    return (soak.isGiven() ? run.asSoak() : run)
        .run(scenarios, shorten, messages -> environments(scenarios, flow, messages));
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec);
  }

  private void print(List<Scenario> scenarios) {
    if (global.output().isHumanReadable()) {
      for (Scenario scenario : scenarios) {
        Text.wrapBeside(
                Text.padded(scenario.name(), NAME_WIDTH) + " ", scenario.purpose(), cli.columns())
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

  private EnvironmentSource environments(
      List<Scenario> scenarios, ForeignFlow flow, Consumer<String> messages) {
    return switch (control) {
      case PROCESS, EXEC ->
          new ProcessEnvironments(
              brokerChoice(), flow, disk(scenarios), reports.keptFiles(), messages);
      case COMPOSE ->
          new RemoteEnvironments(
              new ComposeEnvironment(
                  runningBroker(), flow.addresses(global.services()), composeFile, flow));
      case MANUAL ->
          new RemoteEnvironments(
              new ManualEnvironment(runningBroker(), global.services(), messages));
    };
  }

  private ForeignFlow flow() {
    if (control == Control.EXEC && flowFile == null) {
      throw new ParameterException(spec().commandLine(), "--control exec needs --exec FILE");
    }
    if (control == Control.PROCESS && flowFile != null) {
      throw new ParameterException(
          spec().commandLine(), "--exec needs --control exec or --control compose");
    }
    return flowFile == null ? ForeignFlow.NONE : FlowFile.read(flowFile, control == Control.EXEC);
  }

  private static DiskChoice disk(List<Scenario> scenarios) {
    List<String> names = scenarios.stream().map(Scenario::name).toList();
    if (names.contains("disk-frozen")) {
      return DiskChoice.FREEZABLE;
    }
    return names.contains("store-full") ? DiskChoice.FILLABLE : DiskChoice.SYSTEM;
  }

  /** Refuses a broker on which browsing could lose the dead letters of others. */
  private RabbitBroker runningBroker() {
    RabbitBroker client = global.broker("orderflow-verify");
    BrowseSafety.requireNone(client);
    return client;
  }

  private List<Scenario> chosen(Scenarios scenarios) {
    if (all && !names.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(),
          "--all runs every scenario; leave it out to run " + String.join(" ", names));
    }
    try {
      return all
          ? scenarios.all()
          : names.isEmpty() ? scenarios.defaults() : scenarios.named(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec().commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void requireSoakAlone() {
    if (soak.isGiven() && (all || !names.isEmpty() || schedule != null || shorten)) {
      throw usage("--soak has its own scenarios and faults; leave out the others", null);
    }
    soak.problem()
        .ifPresent(problem -> {
          throw usage(problem, null);
        });
  }

  private List<Scenario> withSchedule(List<Scenario> chosen) {
    if (schedule == null && !shorten) {
      return chosen;
    }
    String option = schedule == null ? "--shorten" : "--schedule";
    if (chosen.size() != 1 || chosen.getFirst().schedule().isEmpty()) {
      throw usage(
          option
              + " is for one scenario whose faults can be written as a schedule, such as"
              + " random-faults or kill-order",
          null);
    }
    try {
      return schedule == null
          ? chosen
          : List.of(chosen.getFirst().withSchedule(FaultSchedule.parse(schedule), 0));
    } catch (IllegalArgumentException e) {
      throw usage("--schedule: " + e.getMessage(), e);
    }
  }

  private ParameterException usage(String problem, @Nullable Throwable cause) {
    return new ParameterException(spec().commandLine(), problem, cause);
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
        RabbitBroker client = global.broker(uri, "--broker", "orderflow-verify");
        BrowseSafety.requireNone(client); // reports a broker that is not reachable, too
        yield new BrokerChoice.External(uri, client, global.brokerOptions());
      }
    };
  }
}
