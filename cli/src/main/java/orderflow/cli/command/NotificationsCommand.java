package orderflow.cli.command;

import picocli.CommandLine.Command;

/** {@code orderflow notifications}. */
@Command(
    name = "notifications",
    mixinStandardHelpOptions = true,
    header = "List notifications that were given up or wait, and send given-up ones again.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "A notification that the mail server or webhook refuses 20 times, while others",
      "go out, is given up. 'orderflow status' shows how many there are.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow notifications list",
      "  orderflow notifications resend --order-id ord-1",
      "  orderflow notifications resend --all --yes",
    },
    subcommands = {
      NotificationsList.class,
      NotificationsResend.class,
    })
public final class NotificationsCommand {}
