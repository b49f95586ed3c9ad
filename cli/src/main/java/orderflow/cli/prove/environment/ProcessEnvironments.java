package orderflow.cli.prove.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.TemporaryFiles;
import orderflow.cli.prove.environment.ProcessEnvironment.BrokerChoice;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import org.jspecify.annotations.Nullable;

/** Stages of processes that are ours: a fresh one is a new folder and new processes. */
public final class ProcessEnvironments implements EnvironmentSource {
  private final BrokerChoice choice;
  private final DiskChoice disk;
  private final KeptFiles kept;
  private final Consumer<String> saying;
  private @Nullable ProcessEnvironment current;

  /**
   * What is to stay of the stages' files.
   *
   * @param always also when everything passed
   * @param folder where; null for the system's temporary folder
   */
  public record KeptFiles(boolean always, @Nullable Path folder) {}

  /**
   * @param disk what the order service's disk is to be
   * @param saying tells the user a line
   */
  public ProcessEnvironments(
      BrokerChoice choice, DiskChoice disk, KeptFiles kept, Consumer<String> saying) {
    this.choice = choice;
    this.disk = disk;
    this.kept = kept;
    this.saying = saying;
  }

  @Override
  public TestEnvironment environment() throws InterruptedException {
    if (current == null) {
      saying.accept(
          choice instanceof BrokerChoice.External
              ? "starting three services"
              : "starting a broker and three services");
      current = start(newFolder());
    }
    return current;
  }

  private ProcessEnvironment start(Path folder) throws InterruptedException {
    try {
      return ProcessEnvironment.start(choice, folder, disk);
    } catch (CliException e) {
      throw e.exitCode() == ExitCode.FAILED
          ? new CliException(e.exitCode(), e.getMessage() + "; logs are kept in " + folder, e)
          : e;
    }
  }

  private Path newFolder() {
    if (kept.folder() == null) {
      return TemporaryFiles.folder("orderflow-verify-");
    }
    try {
      return Files.createTempDirectory(
          Files.createDirectories(kept.folder()).toAbsolutePath(), "orderflow-verify-");
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "no folder can be made for the files of a run: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Path> discard() {
    if (current == null) {
      return Optional.empty();
    }
    Path folder = current.keep();
    current.close();
    current = null;
    return Optional.of(folder);
  }

  @Override
  public void close() {
    if (current != null) {
      if (kept.always()) {
        saying.accept("logs and databases are kept in " + current.keep());
      }
      current.close();
      current = null;
    }
  }
}
