package orderflow.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.NotificationClient.Resent;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Text;
import orderflow.event.Ids;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow notifications resend}. */
@Command(
    name = "resend",
    mixinStandardHelpOptions = true,
    header = "Resend given-up notifications.",
    description = {
      "",
      "Asks for confirmation. Only given-up notifications are sent, so no user is",
      "notified twice. Exits with 3 when an --order-id has no given-up notification.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow notifications resend --order-id ord-1",
      "  orderflow notifications resend --all --dry-run",
      "  orderflow notifications resend --all --yes",
    })
public final class NotificationsResend implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--order-id",
      paramLabel = "ID",
      description = "Order whose notification to resend; repeatable.")
  private List<String> orderIds = new ArrayList<>();

  @Option(
      names = "--all",
      fallbackValue = "true",
      description = "Resend all given-up notifications.")
  private boolean all;

  @Option(names = "--yes", fallbackValue = "true", description = "Do not ask for confirmation.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Show what would be resent, and send nothing.")
  private boolean dryRun;

  public NotificationsResend(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (all != orderIds.isEmpty()) {
      throw new CliException(ExitCode.USAGE, "specify either --order-id or --all");
    }
    for (String orderId : orderIds) {
      if (!Ids.isValid(orderId)) {
        throw new CliException(ExitCode.USAGE, "--order-id must be " + Ids.RULE);
      }
    }
    try (NotificationClient notifications = global.services().notifications()) {
      List<String> others = new ArrayList<>();
      long selected = select(notifications, others);
      if (dryRun || selected == 0) {
        return print(selected, 0, others);
      }
      String question = "Resend %s notifications".formatted(Text.grouped(selected));
      if (!yes && !Confirm.ask(cli, question)) {
        cli.err().println("nothing was resent");
        return ExitCode.PARTIAL.code();
      }
      return resend(notifications, selected);
    }
  }

  /** Counts the selected given-up notifications; adds the other orders to {@code others}. */
  private long select(NotificationClient notifications, List<String> others)
      throws InterruptedException {
    if (all) {
      long[] count = {0};
      notifications.eachWithStatus("given_up", _ -> ++count[0] > 0);
      return count[0];
    }
    for (String orderId : orderIds) {
      if (notifications.status(orderId).filter("given_up"::equals).isEmpty()) {
        others.add(orderId);
      }
    }
    return (long) orderIds.size() - others.size();
  }

  private int resend(NotificationClient notifications, long selected) throws InterruptedException {
    List<String> others = new ArrayList<>();
    long queued = 0;
    try {
      if (all) {
        Resent last;
        do {
          last = notifications.resendAll();
          queued += last.queued();
        } while (last.queued() > 0 && last.remaining() > 0);
      } else {
        for (int from = 0; from < orderIds.size(); from += NotificationClient.MAX_RESENT) {
          int to = Math.min(orderIds.size(), from + NotificationClient.MAX_RESENT);
          Resent some = notifications.resend(orderIds.subList(from, to));
          queued += some.queued();
          others.addAll(some.notGivenUp());
        }
      }
    } catch (CliException e) {
      if (queued > 0) {
        print(selected, queued, others);
      }
      throw e;
    }
    return print(selected, queued, others);
  }

  private int print(long selected, long queued, List<String> others) {
    if (global.output().isHumanReadable()) {
      cli.out()
          .println(
              dryRun
                  ? Text.grouped(selected) + " would be resent"
                  : Text.grouped(queued) + " queued to be resent");
      others.forEach(
          orderId -> cli.out().println(Text.printable(orderId) + ": no given-up notification"));
    } else {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("given_up", selected);
      row.put("queued", queued);
      row.put("not_given_up", others);
      global.output().printOne(cli, row);
    }
    return (others.isEmpty() ? ExitCode.DONE : ExitCode.PARTIAL).code();
  }
}
