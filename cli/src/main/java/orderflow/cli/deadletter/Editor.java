package orderflow.cli.deadletter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.TemporaryFiles;

/** Opens a message body in the editor of the user. */
public final class Editor {
  private final List<String> command;

  private Editor(List<String> command) {
    this.command = command;
  }

  /** An editor that failed. */
  public static final class EditorFailedException extends RuntimeException {
    EditorFailedException(String message) {
      super(message);
    }
  }

  /** {@code VISUAL}, or else {@code EDITOR}, or else vi. */
  public static Editor of(Map<String, String> environment) {
    String named =
        Stream.of("VISUAL", "EDITOR")
            .map(variable -> environment.getOrDefault(variable, "").strip())
            .filter(command -> !command.isEmpty())
            .findFirst()
            .orElse("vi");
    return new Editor(List.of(named.split("\\s+", -1)));
  }

  /**
   * The body as it was saved, without a line break that the editor added at its end.
   *
   * @throws EditorFailedException when the editor fails
   * @throws CliException when it cannot be started, or the temporary folder cannot be used
   */
  public byte[] edit(byte[] body) throws InterruptedException {
    Path file = TemporaryFiles.file("orderflow-body-", ".json");
    try {
      try {
        Files.write(file, body);
        int exit = start(file).waitFor();
        if (exit != 0) {
          throw new EditorFailedException("the editor '" + name() + "' ended with " + exit);
        }
        return withoutAddedBreak(Files.readAllBytes(file), body);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EditorFailedException("the editor '" + name() + "' failed: " + e.getMessage());
    }
  }

  private Process start(Path file) {
    List<String> line = new ArrayList<>(command);
    line.add(file.toString());
    try {
      return new ProcessBuilder(line).inheritIO().start();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE, "the editor '" + name() + "' cannot be started; set VISUAL or EDITOR", e);
    }
  }

  private String name() {
    return String.join(" ", command);
  }

  private static byte[] withoutAddedBreak(byte[] edited, byte[] body) {
    boolean added =
        edited.length > 0
            && edited[edited.length - 1] == '\n'
            && (body.length == 0 || body[body.length - 1] != '\n');
    return added ? Arrays.copyOf(edited, edited.length - 1) : edited;
  }
}
