package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import orderflow.cli.command.DeadLetterOptions.Lying;
import orderflow.cli.deadletter.DeadLetterFilter;
import orderflow.cli.deadletter.DeadLetterInfo;
import orderflow.cli.deadletter.ExportFile;
import orderflow.cli.deadletter.Meant;
import orderflow.cli.deadletter.Purge;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.io.SignalHandler;
import orderflow.cli.options.GlobalOptions;
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
    header = "Remove dead letters, and keep a copy of them in a file.",
    description = {
      "",
      "Asks first. Each is removed only once its copy has reached the disk; dlq-replay",
      "--from sends them back if that was a mistake.",
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

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Mixin private DeadLetterOptions letters = new DeadLetterOptions();

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description = "A new file for the copies (default: here, named by queue and time).")
  private @Nullable Path export;

  @Option(
      names = "--no-export",
      fallbackValue = "true",
      description = "Keep no copies: what is removed is gone.")
  private boolean noExport;

  @Option(names = "--yes", fallbackValue = "true", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--dry-run",
      fallbackValue = "true",
      description = "Say how many would be removed, and remove none.")
  private boolean dryRun;

  public DlqPurge(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    DeadLetterFilter criteria = letters.criteria(cli.clock());
    RabbitBroker broker = global.broker("orderflow-dlq-purge").withoutDeclaring();
    long depth;
    var asked = new Meant(criteria);
    long meant;
    ExitCode seen;
    try (QueueBrowser browser = broker.openBrowser()) {
      LiveQueue.refuse(browser, letters.queue(), letters.isForced() || dryRun);
      Lying lying = letters.lying(browser, this::say);
      letters.checkIds(browser);
      depth = lying.ready();
      long last = criteria.isAll() ? 0 : Math.min(depth, criteria.lastPosition());
      long looked = criteria.isAll() ? 0 : count(browser, asked, criteria.lastPosition());
      meant = criteria.isAll() ? depth : asked.count();
      seen =
          criteria.isAll() && !dryRun
              ? ExitCode.DONE
              : letters.sawAll(lying, last, looked, this::say);
    } catch (MessagingException e) {
      throw letters.explained(e);
    }
    if (dryRun || meant == 0) {
      print(0, 0, meant, null, "");
      return seen.code();
    }
    Path copies = noExport ? null : export == null ? named() : export;
    if (copies != null && Files.exists(copies)) {
      throw new CliException(ExitCode.USAGE, copies + " is there already, and is not written over");
    }
    String question =
        "Remove %s of %s dead letters of %s, %s"
            .formatted(
                Text.grouped(meant),
                Text.grouped(depth),
                letters.queue(),
                copies == null ? "and keep no copy" : "with copies in " + copies);
    if (!yes && !Confirm.ask(cli, question)) {
      say("nothing was removed");
      return ExitCode.PARTIAL.code();
    }
    return remove(broker, asked, depth, meant, copies);
  }

  private long count(QueueBrowser browser, Meant asked, int last) throws InterruptedException {
    int[] position = {0};
    return browser.visit(
        letters.queue(),
        last,
        PATIENCE,
        letter -> {
          asked.look(DeadLetterInfo.of(++position[0], letter), letter);
          return position[0] < last;
        });
  }

  /** Removes them, and says so however it ends. */
  private int remove(RabbitBroker broker, Meant asked, long depth, long meant, @Nullable Path file)
      throws InterruptedException {
    var purge = new Purge(broker, asked);
    try (var _ = SignalHandler.onInterrupt(purge::stop)) {
      Optional<String> failure = run(purge, depth, file);
      long removed = purge.removed();
      long unknown = purge.unknown();
      print(
          removed,
          unknown,
          meant,
          removed + unknown == 0 ? null : file,
          (unknown > 0 ? ", unknown " + Text.grouped(unknown) : "")
              + (purge.isStopped() ? ", interrupted" : ""));
      failure.ifPresent(this::warn);
      if (purge.isStopped()) {
        return ExitCode.INTERRUPTED.code();
      }
      if (failure.isEmpty() && removed + unknown < meant) {
        warn(
            "%s of the %s that were counted are gone or lie elsewhere; what lies in their place"
                    .formatted(Text.grouped(meant - removed), Text.grouped(meant))
                + " stays");
      }
      return (failure.isEmpty() && removed >= meant ? ExitCode.DONE : ExitCode.PARTIAL).code();
    }
  }

  /** Answers why it ended early; what fails before anything was removed is a failure. */
  private Optional<String> run(Purge purge, long depth, @Nullable Path file)
      throws InterruptedException {
    try {
      if (file == null) {
        purge.run(letters.queue(), depth, Optional.empty());
      } else {
        try (ExportFile copies = ExportFile.to(file)) {
          purge.run(letters.queue(), depth, Optional.of(copies));
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
        throw letters.explained(e);
      }
      return Optional.of(
          e.detail()
              + (purge.unknown() == 0
                  ? "; what was not removed is where it was"
                  : "; what is unknown has a copy if copies are kept, and may be there still"));
    }
  }

  private void warn(String why) {
    cli.err().println("orderflow: " + Text.printable(why));
    cli.err().flush();
  }

  private Path named() {
    return Path.of(
        letters.queue().replaceAll("[^A-Za-z0-9_.-]", "_")
            + "-"
            + STAMP.format(cli.clock().instant())
            + ".ndjson");
  }

  private void print(long removed, long unknown, long meant, @Nullable Path copies, String end) {
    if (global.output().isHumanReadable()) {
      cli.out()
          .println(
              dryRun
                  ? "%s: %s would be removed".formatted(letters.queue(), Text.grouped(meant))
                  : "%s: removed %s%s%s"
                      .formatted(
                          letters.queue(),
                          Text.grouped(removed),
                          end,
                          copies == null
                              ? ""
                              : ", copies in " + Text.printable(copies.toString())));
      cli.out().flush();
    } else {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("queue", letters.queue());
      row.put("meant", meant);
      row.put("removed", removed);
      row.put("unknown", unknown);
      row.put("export", copies == null ? null : copies.toString());
      global.output().printOne(cli, row);
    }
  }

  private void say(String line) {
    if (!global.quiet()) {
      cli.err().println(Text.printable(line));
      cli.err().flush();
    }
  }
}
