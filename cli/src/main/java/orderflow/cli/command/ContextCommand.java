package orderflow.cli.command;

import picocli.CommandLine.Command;

/** {@code orderflow context}. */
@Command(
    name = "context",
    mixinStandardHelpOptions = true,
    header = "Manage contexts: named connection settings.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "A context holds values of common options: addresses, token, certificates.",
      "It supplies the options that neither the command line nor a variable sets.",
      "--context or ORDERFLOW_CONTEXT selects a context, otherwise the current one is",
      "used. The file is orderflow/config.toml in the XDG config folder, or",
      "ORDERFLOW_CONFIG; it is created with mode 0600.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow context add staging --uri amqps://ops@mq.example/ --use",
      "  orderflow status --context staging",
      "  orderflow context show",
      "  orderflow context use --none",
    },
    subcommands = {
      ContextAdd.class,
      ContextList.class,
      ContextUse.class,
      ContextShow.class,
      ContextRemove.class,
    })
public final class ContextCommand {}
