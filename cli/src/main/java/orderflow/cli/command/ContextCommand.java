package orderflow.cli.command;

import picocli.CommandLine.Command;

/** {@code orderflow context}. */
@Command(
    name = "context",
    mixinStandardHelpOptions = true,
    header = "Keep what a broker and its services need under a name.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "A context holds values for the options that all commands have: addresses,",
      "token, certificates. What is not given on the command line or by a variable",
      "comes from the context of --context or ORDERFLOW_CONTEXT, or else from the",
      "current one. They are kept in orderflow/config.toml in the XDG config folder,",
      "or where ORDERFLOW_CONFIG says, readable for you alone.",
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
