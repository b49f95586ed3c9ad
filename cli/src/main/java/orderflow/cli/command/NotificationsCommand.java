package orderflow.cli.command;

import picocli.CommandLine.Command;

/** {@code orderflow notifications}. */
@Command(
    name = "notifications",
    mixinStandardHelpOptions = true,
    header = "List given-up or pending notifications, and resend given-up ones.",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "A notification is given up after the mail server or webhook refused it 20 times",
      "while it accepted others. 'orderflow status' shows how many there are.",
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
