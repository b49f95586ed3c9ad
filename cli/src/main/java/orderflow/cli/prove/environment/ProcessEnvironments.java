package orderflow.cli.prove.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.TemporaryFiles;
import orderflow.cli.prove.environment.ProcessEnvironment.DiskChoice;
import orderflow.cli.prove.foreign.ForeignFlow;
import org.jspecify.annotations.Nullable;

/** Environments of child processes; each has its own folder. */
public final class ProcessEnvironments implements EnvironmentSource {
  private static final String PREFIX = "orderflow-verify-";

  private final BrokerChoice choice;
  private final ForeignFlow flow;
  private final DiskChoice disk;
  private final KeptFiles kept;
  private final Consumer<String> messages;
  private @Nullable ProcessEnvironment current;

  /**
   * Which files outlive an environment.
   *
   * @param always keep them also when every scenario passed
   * @param folder where; null for the system's temporary folder
   */
  public record KeptFiles(boolean always, @Nullable Path folder) {}

  /**
   * @param flow the services that are not ours
   * @param messages shows the user a line
   */
  public ProcessEnvironments(
      BrokerChoice choice,
      ForeignFlow flow,
      DiskChoice disk,
      KeptFiles kept,
      Consumer<String> messages) {
    this.choice = choice;
    this.flow = flow;
    this.disk = disk;
    this.kept = kept;
    this.messages = messages;
  }

  @Override
  public TestEnvironment environment() throws InterruptedException {
    if (current == null) {
      messages.accept(
          choice instanceof BrokerChoice.External
              ? "starting three services"
              : "starting a broker and three services");
      Path folder = newFolder();
      try {
        current = ProcessEnvironment.start(choice, flow, folder, disk);
      } catch (CliException e) {
        throw e.exitCode() == ExitCode.FAILED
            ? new CliException(e.exitCode(), e.getMessage() + "; logs are kept in " + folder, e)
            : e;
      }
    }
    return current;
  }

  private Path newFolder() {
    if (kept.folder() == null) {
      return TemporaryFiles.folder(PREFIX);
    }
    try {
      return Files.createTempDirectory(
          Files.createDirectories(kept.folder()).toAbsolutePath(), PREFIX);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "no folder can be created for logs and databases: " + e.getMessage(), e);
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
        messages.accept("logs and databases are kept in " + current.keep());
      }
      current.close();
      current = null;
    }
  }
}
