package orderflow.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import orderflow.cli.command.DeadLetterOptions.Lying;
import orderflow.cli.deadletter.DeadLetterFile;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.ExportFile;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.options.GlobalOptions;
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
    header = "Copy dead letters to a file, a line each; nothing in the queue changes.",
    description = {
      "",
      "Lines of JSON that people and programs can read, and that dlq-replay --from",
      "makes messages of again, byte for byte. They are that on standard output too,",
      "whatever --output says; with a FILE it says how the count is printed.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow dlq-export letters.ndjson",
      "  orderflow dlq-export --reason malformed | jq .body",
    })
public final class DlqExport implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions letters = new DeadLetterOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A new file (default: standard output).")
  private @Nullable Path file;

  private long lacking;

  public DlqExport(CliContext cli) {
    this.cli = cli;
  }

  /** Takes a letter. */
  private interface Target {
    void write(DeadLetterInfo view, Delivery letter) throws IOException;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadLetterFilter criteria = letters.criteria(cli.clock());
    try (QueueBrowser browser = global.broker("orderflow-dlq-export").openBrowser()) {
      Lying lying = letters.lying(browser, this::say, this::warn);
      letters.checkIds(browser);
      return (file == null
              ? exportToOutput(browser, criteria, lying)
              : exportTo(file, browser, criteria, lying))
          .code();
    } catch (MessagingException e) {
      throw letters.explained(e);
    } catch (IOException | UncheckedIOException e) {
      throw new CliException(ExitCode.USAGE, file + " cannot be written: " + FileErrors.of(e), e);
    }
  }

  private ExitCode exportToOutput(QueueBrowser browser, DeadLetterFilter criteria, Lying lying)
      throws InterruptedException {
    var out = cli.out();
    long seen =
        export(
            browser,
            criteria,
            (view, letter) -> {
              DeadLetterFile.write(view, letter, out);
              out.println();
            });
    return out.checkError() // whoever reads it has read enough
        ? ExitCode.DONE
        : sawAll(lying, criteria, seen);
  }

  private ExitCode exportTo(
      Path copies, QueueBrowser browser, DeadLetterFilter criteria, Lying lying)
      throws IOException, InterruptedException {
    try (ExportFile exporter = ExportFile.to(copies)) {
      try {
        long seen = export(browser, criteria, exporter::write);
        exporter.sync();
        print(exporter.written(), lying.ready(), copies);
        return sawAll(lying, criteria, seen);
      } catch (MessagingException e) {
        if (exporter.written() == 0) {
          throw e;
        }
        exporter.sync();
        print(exporter.written(), lying.ready(), copies);
        warn("orderflow: " + e.detail() + "; the file has what came before that");
        return ExitCode.PARTIAL;
      }
    }
  }

  private ExitCode sawAll(Lying lying, DeadLetterFilter criteria, long seen) {
    warnOfDroppedHeaders();
    long expected = Math.min(lying.ready(), criteria.lastPosition());
    return letters.sawAll(lying, expected, seen, this::warn);
  }

  private long export(QueueBrowser browser, DeadLetterFilter criteria, Target target)
      throws InterruptedException {
    int[] position = {0};
    return browser.visit(
        letters.queue(),
        criteria.lastPosition(),
        PATIENCE,
        letter -> {
          var view = DeadLetterInfo.of(++position[0], letter);
          try {
            if (criteria.isMet(view)) {
              target.write(view, letter);
              lacking += view.droppedHeaders().isEmpty() ? 0 : 1;
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return position[0] < criteria.lastPosition() && !cli.out().checkError();
        });
  }

  private void warnOfDroppedHeaders() {
    if (lacking > 0) {
      warn(
          Text.grouped(lacking)
              + (lacking == 1 ? " dead letter lacks" : " dead letters lack")
              + " headers of the message, which did not fit; see dropped_headers");
    }
  }

  private void print(long exported, long depth, Path copies) {
    if (global.output().isHumanReadable()) {
      cli.out()
          .println(
              "%s: exported %s of %s to %s"
                  .formatted(
                      letters.queue(),
                      Text.grouped(exported),
                      Text.grouped(depth),
                      Text.printable(copies.toString())));
      cli.out().flush();
    } else {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("queue", letters.queue());
      row.put("exported", exported);
      row.put("export", copies.toString());
      global.output().printOne(cli, row);
    }
  }

  private void say(String line) {
    if (!global.quiet()) {
      warn(line);
    }
  }

  private void warn(String line) {
    cli.err().println(Text.printable(line));
    cli.err().flush();
  }
}
