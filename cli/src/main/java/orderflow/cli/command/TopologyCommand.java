package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.OutputFormat;
import orderflow.event.Event.Type;
import orderflow.messaging.MessagingException;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Topology;
import orderflow.messaging.Topology.Binding;
import orderflow.messaging.Topology.QueueType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code orderflow topology}. */
@Command(
    name = "topology",
    mixinStandardHelpOptions = true,
    header = "Show, declare or export the exchanges, queues and bindings.",
    description = {
      "",
      "show lists what the contract says; declare makes it on the broker, where what is",
      "there stays as it is; export writes definitions that RabbitMQ imports.",
      "orderflow status compares a broker with it.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow topology show",
      "  orderflow topology declare --queue-type quorum",
      "  orderflow topology export > definitions.json",
      "  rabbitmqctl import_definitions definitions.json",
    })
public final class TopologyCommand implements Callable<Integer> {
  /** What to do. */
  enum Action {
    SHOW,
    DECLARE,
    EXPORT;

    /** As it is named on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "ACTION",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "show")
  private Action action = Action.SHOW;

  public TopologyCommand(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    switch (action) {
      case SHOW -> global.output().printAll(cli, rows());
      case DECLARE -> declare(global.broker("orderflow-topology"));
      case EXPORT -> {
        if (global.output() == OutputFormat.CSV || global.output() == OutputFormat.NDJSON) {
          throw new CliException(
              ExitCode.USAGE, "topology export has one form, that which RabbitMQ imports: JSON");
        }
        OutputFormat.JSON.printOne(cli, definitions(global.queueType(), virtualHost()));
      }
    }
    return ExitCode.DONE.code();
  }

  private void declare(RabbitBroker broker) {
    List<String> unproven = declared(broker);
    if (!global.output().isHumanReadable()) {
      global.output().printAll(cli, rows());
    }
    if (!unproven.isEmpty()) {
      throw new CliException(ExitCode.PARTIAL, notAll(unproven, broker.address()));
    }
    if (!global.quiet()) {
      cli.err().println("declared on " + broker.address());
      cli.err().flush();
    }
  }

  private static List<String> declared(RabbitBroker broker) {
    try {
      return broker.declareTopology();
    } catch (MessagingException e) {
      if (!e.kind().isRefusal()) {
        throw e;
      }
      String advice =
          e.kind() == MessagingException.Kind.PRECONDITION_FAILED
              ? "; delete it first, if nothing needs it"
              : "";
      throw new CliException(ExitCode.PARTIAL, "not all was declared: " + e.detail() + advice, e);
    }
  }

  private static String notAll(List<String> unproven, String address) {
    Map<Boolean, List<String>> isBinding =
        unproven.stream().collect(Collectors.partitioningBy(what -> what.startsWith("binding")));
    return "this user may not declare all on %s%s%s; do it as one who may configure, write and read"
        .formatted(
            address,
            listed("; there already: ", isBinding.get(false)),
            listed("; may be missing: ", isBinding.get(true)));
  }

  private static String listed(String before, @Nullable List<String> what) {
    return what == null || what.isEmpty() ? "" : before + String.join(", ", what);
  }

  private String virtualHost() {
    return global.brokerAddress().virtualHost();
  }

  private static List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Binding binding : Topology.BINDINGS) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("exchange", binding.type().exchange());
      row.put("routing_key", binding.type().routingKey());
      row.put("queue", binding.queue());
      row.put("dead_letters", Topology.deadLetterQueue(binding.queue()));
      rows.add(row);
    }
    return rows;
  }

  /** As RabbitMQ's management exports them. */
  private static Map<String, Object> definitions(QueueType queueType, String virtualHost) {
    List<Object> exchanges = new ArrayList<>();
    for (String exchange :
        List.of(Type.values()).stream().map(Type::exchange).distinct().toList()) {
      exchanges.add(
          sorted(
              Map.of(
                  "name",
                  exchange,
                  "vhost",
                  virtualHost,
                  "type",
                  Topology.EXCHANGE_TYPE,
                  "durable",
                  true,
                  "auto_delete",
                  false,
                  "internal",
                  false,
                  "arguments",
                  Map.of())));
    }
    List<Object> queues = new ArrayList<>();
    for (String queue : Topology.QUEUES) {
      queues.add(queue(queue, queueType, virtualHost));
      queues.add(queue(Topology.deadLetterQueue(queue), queueType, virtualHost));
    }
    List<Object> bindings = new ArrayList<>();
    for (Binding binding : Topology.BINDINGS) {
      bindings.add(
          sorted(
              Map.of(
                  "source", binding.type().exchange(),
                  "vhost", virtualHost,
                  "destination", binding.queue(),
                  "destination_type", "queue",
                  "routing_key", binding.type().routingKey(),
                  "arguments", Map.of())));
    }
    Map<String, Object> definitions = new LinkedHashMap<>();
    definitions.put("exchanges", exchanges);
    definitions.put("queues", queues);
    definitions.put("bindings", bindings);
    return definitions;
  }

  private static Map<String, Object> queue(String name, QueueType queueType, String virtualHost) {
    return sorted(
        Map.of(
            "name",
            name,
            "vhost",
            virtualHost,
            "durable",
            true,
            "auto_delete",
            false,
            "arguments",
            Topology.arguments(queueType)));
  }

  /** The same each time, for those who keep it under version control. */
  private static Map<String, Object> sorted(Map<String, Object> fields) {
    return new TreeMap<>(fields);
  }
}
