package orderflow.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import orderflow.cli.prove.environment.ProcessEnvironments.KeptFiles;
import orderflow.cli.prove.history.HistoryFolder;
import orderflow.cli.prove.report.Comparison;
import orderflow.cli.prove.report.HtmlReport;
import orderflow.cli.prove.report.JUnitReport;
import orderflow.cli.prove.report.RunConditions;
import orderflow.cli.prove.scenario.ScenarioResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How results are shown, and the report files. */
final class ReportOptions {
  @Option(
      names = "--no-tui",
      fallbackValue = "true",
      description = "Print plain lines instead of the live view.")
  private boolean noTui;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write an HTML report with charts; it needs no network.")
  private @Nullable Path report;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the results as JUnit XML, for CI systems.")
  private @Nullable Path junit;

  @Option(
      names = "--keep",
      fallbackValue = "true",
      description = "Keep logs and databases also when every scenario passed.")
  private boolean keep;

  @Option(
      names = "--keep-on-failure",
      paramLabel = "DIR",
      description =
          "Folder for logs and databases of scenarios that did not pass (default: the temporary"
              + " folder).")
  private @Nullable Path keepFolder;

  @Option(
      names = "--history",
      paramLabel = "DIR",
      description =
          "Folder for the history of each scenario as NDJSON (default: kept in the temporary folder"
              + " for scenarios that did not pass).")
  private @Nullable Path historyFolder;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description =
          "Say what newly fails and what became slower since an earlier run; FILE is its output"
              + " with -o json.")
  private @Nullable Path compare;

  /** Null without an earlier run to compare with. */
  private @Nullable Comparison comparison;

  HistoryFolder histories(Clock clock) {
    return new HistoryFolder(historyFolder, clock);
  }

  /** Which files of child processes are kept. */
  KeptFiles keptFiles() {
    return new KeptFiles(keep, keepFolder);
  }

  /** Writes the HTML report to {@code page} unless --report is given. */
  ReportOptions orElse(Path page) {
    if (report == null) {
      report = page;
    }
    return this;
  }

  Optional<Comparison> comparison() {
    return Optional.ofNullable(comparison);
  }

  boolean isLive() {
    return !noTui;
  }

  @FunctionalInterface
  private interface Writer {
    void write(Path file) throws IOException;
  }

  /** Fails before a long run instead of after it. */
  void requireWritable() {
    requireWritable("--report", report);
    comparison = compare == null ? null : Comparison.with(compare);
    requireWritable("--junit", junit);
    if (keepFolder != null && Files.exists(keepFolder) && !Files.isDirectory(keepFolder)) {
      throw new CliException(
          ExitCode.USAGE, "--keep-on-failure: " + keepFolder + " is not a folder");
    }
    if (historyFolder != null) {
      try {
        Files.createDirectories(historyFolder);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.USAGE, "--history: %s: %s".formatted(historyFolder, FileErrors.of(e)), e);
      }
    }
  }

  private static void requireWritable(String option, @Nullable Path file) {
    Path parent = file == null ? null : file.toAbsolutePath().getParent();
    if (file != null
        && (parent == null
            || !Files.isWritable(Files.exists(file) ? file : parent)
            || Files.isDirectory(file))) {
      throw new CliException(ExitCode.USAGE, option + ": " + file + " cannot be written");
    }
  }

  /** Writes the requested files. */
  void write(List<ScenarioResult> results, RunConditions conditions, Consumer<String> messages) {
    write("--report", report, file -> HtmlReport.write(file, results, conditions, comparison));
    write(
        "--junit",
        junit,
        file ->
            JUnitReport.write(
                file, results, conditions.environment() + ", seed " + conditions.seed()));
    if (report != null) {
      messages.accept("report: " + report);
    }
  }

  private static void write(String option, @Nullable Path file, Writer writer) {
    if (file != null) {
      try {
        writer.write(file);
      } catch (IOException e) {
        throw new CliException(
            ExitCode.USAGE, option + ": " + file + " cannot be written: " + FileErrors.of(e), e);
      }
    }
  }
}
