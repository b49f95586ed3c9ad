package orderflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.deadletter.DeadLetterFile;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.DeadLetterPlan;
import orderflow.cli.deadletter.DeadLetterQueue;
import orderflow.cli.deadletter.DeadLetterQueue.Browse;
import orderflow.cli.deadletter.ExportFile;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.options.GlobalOptions;
import orderflow.cli.view.Progress;
import orderflow.cli.view.Text;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code orderflow dlq-export}. */
@Command(
    name = "dlq-export",
    mixinStandardHelpOptions = true,
    header = "Export dead letters to a file; nothing in the queue changes.",
    description = {
      "",
      "Writes one JSON object a line, which dlq-replay --from restores byte for byte.",
      "Without FILE the lines go to standard output, regardless of --output. With FILE",
      "the option --output formats the summary.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-export letters.ndjson",
      "  orderflow dlq-export --reason malformed | jq .body",
      "  orderflow dlq-export --newest --limit 100 newest.ndjson",
    })
public final class DlqExport implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions selection = new DeadLetterOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A new file (default: standard output).")
  private @Nullable Path file;

  private long incomplete;

  public DlqExport(CliContext cli) {
    this.cli = cli;
  }

  /** Writes a message. */
  private interface Target {
    void write(DeadLetterInfo info, Delivery message) throws IOException;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadLetterFilter filter = selection.filter(cli.clock());
    var stderr = new Stderr(cli, global.quiet());
    try (QueueBrowser browser = global.broker("orderflow-dlq-export").openBrowser()) {
      DeadLetterQueue queue = selection.open(browser, global, stderr::note, stderr::incomplete);
      ExitCode end =
          file == null
              ? exportToOutput(queue, filter, stderr)
              : exportTo(file, queue, filter, stderr);
      if (incomplete > 0) {
        stderr.warn(
            Text.grouped(incomplete)
                + (incomplete == 1 ? " dead letter lacks" : " dead letters lack")
                + " headers of the message, which did not fit; see dropped_headers");
      }
      return end.code();
    } catch (MessagingException e) {
      throw DeadLetterQueue.explained(selection.queue(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CliException(ExitCode.USAGE, file + " cannot be written: " + FileErrors.of(e), e);
    }
  }

  private ExitCode exportToOutput(DeadLetterQueue queue, DeadLetterFilter filter, Stderr stderr)
      throws InterruptedException {
    var out = cli.out();
    Browse browse =
        export(
            queue,
            filter,
            (info, message) -> {
              DeadLetterFile.write(info, message, out);
              out.println();
            });
    return out.checkError() // as with | head
        ? ExitCode.DONE
        : queue.exitCode(browse, stderr::warn);
  }

  private ExitCode exportTo(
      Path copies, DeadLetterQueue queue, DeadLetterFilter filter, Stderr stderr)
      throws IOException, InterruptedException {
    var progress = new Progress(cli, global.quiet(), Stderr.PROGRESS_PAUSE);
    String total = " of " + Text.grouped(filter.most(queue.ready()));
    try (ExportFile export = ExportFile.create(copies)) {
      try {
        Browse browse =
            export(
                queue,
                filter,
                (info, message) -> {
                  export.write(info, message);
                  progress.update("exported " + Text.grouped(export.written()) + total);
                });
        export.sync();
        progress.clear();
        print(export.written(), queue, copies);
        return queue.exitCode(browse, stderr::warn);
      } catch (MessagingException e) {
        progress.clear();
        if (export.written() == 0) {
          throw e;
        }
        export.sync();
        print(export.written(), queue, copies);
        stderr.warn("orderflow: " + e.detail() + "; the file has the messages before the error");
        return ExitCode.PARTIAL;
      }
    }
  }

  private Browse export(DeadLetterQueue queue, DeadLetterFilter filter, Target target)
      throws InterruptedException {
    DeadLetterPlan plan =
        filter.newest() ? DeadLetterPlan.of(queue.select(filter, 0).messages(), false) : null;
    return queue.browse(
        filter,
        (info, message) -> {
          if (plan == null || plan.takeIfPlanned(message, info.position())) {
            try {
              target.write(info, message);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            incomplete += info.droppedHeaders().isEmpty() ? 0 : 1;
          }
          return !cli.out().checkError();
        });
  }

  private void print(long exported, DeadLetterQueue queue, Path copies) {
    if (global.output().isHumanReadable()) {
      cli.out()
          .println(
              "%s: exported %s of %s to %s"
                  .formatted(
                      queue.name(),
                      Text.grouped(exported),
                      Text.grouped(queue.ready()),
                      Text.printable(copies.toString())));
      cli.out().flush();
    } else {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("queue", queue.name());
      row.put("exported", exported);
      row.put("export", copies.toString());
      row.put("held", queue.held().isPresent() ? queue.held().getAsLong() : null);
      global.output().printOne(cli, row);
    }
  }
}
