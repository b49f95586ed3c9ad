package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
      "show lists the topology of the flow; declare creates what is missing on the",
      "broker; export writes definitions for RabbitMQ to import.",
      "orderflow status checks a broker against it.",
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
  enum Action {
    SHOW,
    DECLARE,
    EXPORT;

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
      description = "Action: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
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
          throw new CliException(ExitCode.USAGE, "topology export writes JSON only");
        }
        OutputFormat.JSON.printOne(cli, definitions(global.queueType(), virtualHost()));
      }
    }
    return ExitCode.DONE.code();
  }

  private void declare(RabbitBroker broker) {
    List<String> unverified = declareTopology(broker);
    if (!global.output().isHumanReadable()) {
      global.output().printAll(cli, rows());
    }
    if (!unverified.isEmpty()) {
      throw new CliException(ExitCode.PARTIAL, incomplete(unverified, broker.address()));
    }
    if (!global.quiet()) {
      cli.err().println("declared on " + broker.address());
    }
  }

  private static List<String> declareTopology(RabbitBroker broker) {
    try {
      return broker.declareTopology();
    } catch (MessagingException e) {
      if (!e.kind().isRefusal()) {
        throw e;
      }
      String advice =
          e.kind() == MessagingException.Kind.PRECONDITION_FAILED
              ? "; delete it first if it is unused"
              : "";
      throw new CliException(ExitCode.PARTIAL, "declared in part: " + e.detail() + advice, e);
    }
  }

  private static String incomplete(List<String> unverified, String address) {
    Map<Boolean, List<String>> isBinding =
        unverified.stream().collect(Collectors.partitioningBy(what -> what.startsWith("binding")));
    return "this user lacks permissions on %s%s%s; use one that may configure, write and read"
        .formatted(
            address,
            listed("; unchanged: ", isBinding.get(false)),
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

  /** Sorted, so that each export is the same; in the format of RabbitMQ's management plugin. */
  private static Map<String, Object> definitions(QueueType queueType, String virtualHost) {
    var queues =
        Topology.QUEUES.stream()
            .flatMap(queue -> Stream.of(queue, Topology.deadLetterQueue(queue)))
            .map(queue -> queue(queue, queueType, virtualHost))
            .toList();
    var exchanges =
        Stream.of(Type.values())
            .map(Type::exchange)
            .distinct()
            .map(exchange -> exchange(exchange, virtualHost))
            .toList();
    var bindings =
        Topology.BINDINGS.stream().map(binding -> binding(binding, virtualHost)).toList();
    Map<String, Object> definitions = new LinkedHashMap<>();
    definitions.put("exchanges", exchanges);
    definitions.put("queues", queues);
    definitions.put("bindings", bindings);
    return definitions;
  }

  private static Map<String, Object> exchange(String name, String virtualHost) {
    Map<String, Object> exchange = new TreeMap<>();
    exchange.put("name", name);
    exchange.put("vhost", virtualHost);
    exchange.put("type", Topology.EXCHANGE_TYPE);
    exchange.put("durable", true);
    exchange.put("auto_delete", false);
    exchange.put("internal", false);
    exchange.put("arguments", Map.of());
    return exchange;
  }

  private static Map<String, Object> queue(String name, QueueType queueType, String virtualHost) {
    Map<String, Object> queue = new TreeMap<>();
    queue.put("name", name);
    queue.put("vhost", virtualHost);
    queue.put("durable", true);
    queue.put("auto_delete", false);
    queue.put("arguments", Topology.arguments(queueType));
    return queue;
  }

  private static Map<String, Object> binding(Binding binding, String virtualHost) {
    Map<String, Object> json = new TreeMap<>();
    json.put("source", binding.type().exchange());
    json.put("vhost", virtualHost);
    json.put("destination", binding.queue());
    json.put("destination_type", "queue");
    json.put("routing_key", binding.type().routingKey());
    json.put("arguments", Map.of());
    return json;
  }
}
