package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterPlan;
import orderflow.cli.deadletter.DeadLetterQueue;
import orderflow.cli.deadletter.DeadLetterQueue.Browse;
import orderflow.cli.deadletter.DeadLetterQueue.Selection;
import orderflow.cli.deadletter.ExportFile;
import orderflow.cli.deadletter.Purge;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orderflow dlq-purge}. */
@Command(
    name = "dlq-purge",
    mixinStandardHelpOptions = true,
    header = "Remove dead letters, and keep copies in a file.",
    description = {
      "",
      "Asks first. Removes each message only once its copy is on the disk; dlq-replay",
      "--from restores them.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-purge --reason malformed --dry-run",
      "  orderflow dlq-purge --reason malformed --since 1d",
      "  orderflow dlq-purge --yes --export removed.ndjson",
    })
public final class DlqPurge implements Callable<Integer> {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions selection = new DeadLetterOptions();

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "A new file for the copies (default: named by queue and time).")
  private @Nullable Path export;

  @Option(
      names = "--no-export",
      fallbackValue = "true",
      description = "Keep no copies; removed messages are lost.")
  private boolean noExport;

  @Option(names = "--yes", fallbackValue = "true", description = "Do not ask for confirmation.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Report how many messages would be removed; remove none.")
  private boolean dryRun;

  public DlqPurge(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadLetterFilter filter = selection.filter(cli.clock());
    RabbitBroker broker = global.broker("orderflow-dlq-purge").withoutDeclaring();
    var stderr = new Stderr(cli, global.quiet());
    DeadLetterQueue queue;
    DeadLetterPlan plan = null;
    long selected;
    ExitCode browsed = ExitCode.DONE;
    try (QueueBrowser browser = broker.openBrowser()) {
      selection.requireNotInUse(browser, dryRun);
      queue = selection.open(browser, global, stderr::note, stderr::incomplete);
      if (filter.selectsAll()) {
        selected = queue.ready();
        browsed =
            dryRun || queue.held().orElse(0) > 0
                ? queue.exitCode(new Browse(selected, selected, 0), stderr::warn)
                : ExitCode.DONE;
      } else if (filter.dependsOnPosition()) {
        Selection found = queue.select(filter, 0);
        plan = DeadLetterPlan.of(found.messages(), !filter.positions().isEmpty());
        selected = plan.size();
        browsed = queue.exitCode(found.browse(), stderr::warn);
      } else {
        Browse found = queue.browse(filter, (_, _) -> true);
        selected = found.selected();
        browsed = queue.exitCode(found, stderr::warn);
      }
    } catch (MessagingException e) {
      throw DeadLetterQueue.explained(selection.queue(), e);
    }
    if (dryRun || selected == 0) {
      print(queue, 0, 0, selected, null, "");
      return browsed.code();
    }
    Path copies = noExport ? null : export == null ? defaultFile() : export;
    if (copies != null && Files.exists(copies)) {
      throw new CliException(ExitCode.USAGE, copies + " exists, and is not overwritten");
    }
    String question =
        "Remove %s of %s dead letters of %s, %s"
            .formatted(
                Text.grouped(selected),
                Text.grouped(queue.ready()),
                queue.name(),
                copies == null ? "and keep no copy" : "with copies in " + copies);
    if (!yes && !Confirm.ask(cli, question)) {
      stderr.note("nothing was removed");
      return ExitCode.PARTIAL.code();
    }
    ExitCode end = remove(broker, queue, filter, plan, selected, copies);
    return (end == ExitCode.DONE ? browsed : end).code();
  }

  /** Removes them, and always reports the number of removed messages. */
  private ExitCode remove(
      RabbitBroker broker,
      DeadLetterQueue queue,
      DeadLetterFilter filter,
      @Nullable DeadLetterPlan plan,
      long selected,
      @Nullable Path copies)
      throws InterruptedException {
    var stderr = new Stderr(cli, false);
    var progress = new Progress(cli, global.quiet(), Stderr.PROGRESS_PAUSE);
    var purge =
        new Purge(
            broker,
            filter,
            plan,
            removed ->
                progress.update(
                    "removed %s of %s".formatted(Text.grouped(removed), Text.grouped(selected))));
    try (var _ = SignalHandler.onInterrupt(purge::stop)) {
      Optional<String> failure = run(purge, queue, copies);
      progress.clear();
      long removed = purge.removed();
      long unknown = purge.unknown();
      print(
          queue,
          removed,
          unknown,
          selected,
          removed + unknown == 0 ? null : copies,
          (unknown > 0 ? ", unknown " + Text.grouped(unknown) : "")
              + (purge.isStopped() ? ", interrupted" : ""));
      failure.ifPresent(why -> stderr.warn("orderflow: " + why));
      if (purge.isStopped()) {
        return ExitCode.INTERRUPTED;
      }
      if (failure.isEmpty() && removed + unknown < selected) {
        stderr.warn(
            "orderflow: %s of the %s that were counted are gone or at other positions; the messages"
                    .formatted(Text.grouped(selected - removed), Text.grouped(selected))
                + " in their place stay");
      }
      return failure.isEmpty() && removed >= selected ? ExitCode.DONE : ExitCode.PARTIAL;
    }
  }

  /**
   * @return why it ended early
   * @throws RuntimeException when it failed before anything was removed
   */
  private Optional<String> run(Purge purge, DeadLetterQueue queue, @Nullable Path file)
      throws InterruptedException {
    try {
      if (file == null) {
        purge.run(queue.name(), queue.ready(), Optional.empty());
      } else {
        try (ExportFile copies = ExportFile.create(file)) {
          purge.run(queue.name(), queue.ready(), Optional.of(copies));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      String why =
          file + " cannot be written: " + FileErrors.of(e) + "; nothing was removed without a copy";
      if (purge.removed() == 0) {
        throw new CliException(ExitCode.USAGE, why, e);
      }
      return Optional.of(why);
    } catch (MessagingException e) {
      if (purge.removed() + purge.unknown() == 0) {
        throw DeadLetterQueue.explained(queue.name(), e);
      }
      return Optional.of(
          e.detail()
              + (purge.unknown() == 0
                  ? "; messages that were not removed are still in the queue"
                  : "; messages counted as unknown may still be in the queue, and have a copy if"
                      + " copies are kept"));
    }
  }

  private Path defaultFile() {
    return Path.of(
        selection.queue().replaceAll("[^A-Za-z0-9_.-]", "_")
            + "-"
            + STAMP.format(cli.clock().instant())
            + ".ndjson");
  }

  private void print(
      DeadLetterQueue queue,
      long removed,
      long unknown,
      long selected,
      @Nullable Path copies,
      String end) {
    if (global.output().isHumanReadable()) {
      cli.out()
          .println(
              dryRun
                  ? "%s: %s would be removed".formatted(queue.name(), Text.grouped(selected))
                  : "%s: removed %s%s%s"
                      .formatted(
                          queue.name(),
                          Text.grouped(removed),
                          end,
                          copies == null
                              ? ""
                              : ", copies in " + Text.printable(copies.toString())));
      cli.out().flush();
    } else {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("queue", queue.name());
      row.put("meant", selected);
      row.put("removed", removed);
      row.put("unknown", unknown);
      row.put("export", copies == null ? null : copies.toString());
      row.put("held", queue.held().isPresent() ? queue.held().getAsLong() : null);
      global.output().printOne(cli, row);
    }
  }
}
