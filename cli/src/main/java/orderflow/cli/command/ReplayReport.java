package orderflow.cli.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.ExitCode;
import orderflow.cli.GlobalOptions;
import orderflow.cli.Surroundings;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.deadletter.Replayed;
import orderflow.cli.deadletter.Replayed.Fate;
import orderflow.cli.view.OutputFormat;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.messaging.Topology;
import org.jspecify.annotations.Nullable;

/** What became of the dead letters that were meant: live, and at the end. Not thread-safe. */
final class ReplayReport implements Consumer<Replayed> {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int MOST_LISTED = 50;

  private final Surroundings surroundings;
  private final GlobalOptions global;
  private final boolean dryRun;
  private final Progress progress;
  private final List<Replayed> results = new ArrayList<>();
  private String queue = "";
  private long depth;
  private long sent;
  private long refused;
  private long withoutOutcome;
  private @Nullable String brokeOff;

  ReplayReport(Surroundings surroundings, GlobalOptions global, boolean dryRun, Progress progress) {
    this.surroundings = surroundings;
    this.global = global;
    this.dryRun = dryRun;
    this.progress = progress;
  }

  /** Dead letters of {@code from} will be looked at. */
  void begins(String from, long letters) {
    queue = from;
    depth = letters;
  }

  @Override
  public void accept(Replayed replayed) {
    results.add(replayed.withoutBody());
    if (replayed.fate() == Fate.REFUSED) {
      refused++;
    } else {
      sent++;
    }
    progress.update(
        "%s %s   refused %s".formatted(verb(), Text.grouped(sent), Text.grouped(refused)));
  }

  private String verb() {
    return dryRun ? "would be replayed" : "replayed";
  }

  /** The broker was lost, or would not take a message. */
  void brokeOff(String why) {
    brokeOff = why;
  }

  /** Asks the service that consumes it what became of each, at most {@code limit} for all. */
  void follow(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    try (var orders = global.services().orders();
        var inventory = global.services().inventory();
        var notifications = global.services().notifications()) {
      for (int n = 0; n < results.size(); n++) {
        Replayed replayed = results.get(n);
        String id = replayed.letter().orderId();
        if (replayed.fate() != Fate.REPLAYED || id == null) {
          continue;
        }
        Optional<String> outcome = outcome(orders, inventory, notifications, replayed.queue(), id);
        while (outcome.isEmpty() && System.nanoTime() - deadline < 0) {
          Thread.sleep(PAUSE);
          outcome = outcome(orders, inventory, notifications, replayed.queue(), id);
        }
        withoutOutcome += outcome.isEmpty() ? 1 : 0;
        results.set(n, replayed.with(outcome.orElse(null)));
      }
    }
  }

  private static Optional<String> outcome(
      OrderClient orders,
      InventoryClient inventory,
      NotificationClient notifications,
      String deadLetters,
      String orderId)
      throws InterruptedException {
    return switch (Topology.deadLetterOrigin(deadLetters)) {
      case Topology.INVENTORY_RESERVED ->
          notifications.status(orderId).filter(status -> !status.equals("pending"));
      case Topology.ORDER_OUTCOME ->
          orders.status(orderId).filter(status -> !status.equals("accepted"));
      default -> inventory.reservation(orderId).map(InventoryClient.Reservation::status);
    };
  }

  /**
   * @param finished whether nobody interrupted it
   */
  ExitCode print(boolean finished) {
    progress.clear();
    OutputFormat output = global.output();
    if (output.isForPeople()) {
      printForPeople(finished);
    } else {
      List<Map<String, Object>> rows = new ArrayList<>();
      results.forEach(replayed -> rows.add(replayed.toJson()));
      output.printAll(surroundings, rows);
    }
    if (brokeOff != null) {
      progress.line("orderflow: " + brokeOff + "; what was not replayed is where it was");
    }
    if (!finished) {
      return ExitCode.INTERRUPTED;
    }
    return refused > 0 || brokeOff != null || withoutOutcome > 0 ? ExitCode.PARTIAL : ExitCode.DONE;
  }

  private void printForPeople(boolean finished) {
    var out = surroundings.out();
    results.stream()
        .filter(replayed -> global.verbose() || isWorthALine(replayed))
        .limit(MOST_LISTED)
        .forEach(replayed -> lines(replayed).forEach(out::println));
    out.println(
        "%s%s %s%s%s"
            .formatted(
                queue.isEmpty() ? "" : queue + ": ",
                verb(),
                Text.grouped(sent),
                queue.isEmpty() ? "" : " of " + Text.grouped(depth),
                (refused > 0 ? ", refused " + Text.grouped(refused) : "")
                    + (withoutOutcome > 0
                        ? ", without an outcome yet " + Text.grouped(withoutOutcome)
                        : "")
                    + (finished ? "" : ", interrupted")));
    out.flush();
  }

  private boolean isWorthALine(Replayed replayed) {
    return replayed.fate() == Fate.REFUSED || dryRun || replayed.outcome() != null;
  }

  private List<String> lines(Replayed replayed) {
    String order = replayed.letter().orderId();
    String text =
        replayed.fate() == Fate.REFUSED
            ? String.valueOf(replayed.detail())
            : (order == null ? "no order id" : order)
                + (replayed.outcome() == null ? " -> " + replayed.to() : ": " + replayed.outcome());
    return Text.beside(
        "#%-4d %-9s ".formatted(replayed.letter().position(), replayed.fate().wire()),
        Text.printable(text),
        surroundings.columns());
  }
}
