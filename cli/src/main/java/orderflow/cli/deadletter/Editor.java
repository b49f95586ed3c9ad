package orderflow.cli.deadletter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Opens a body in the person's own editor. */
public final class Editor {
  private final List<String> command;

  private Editor(List<String> command) {
    this.command = command;
  }

  /** An editor that did not do its work. */
  public static final class EditorFailedException extends RuntimeException {
    EditorFailedException(String message) {
      super(message);
    }
  }

  /** The one that {@code VISUAL} or {@code EDITOR} names, or else vi. */
  public static Editor of(Map<String, String> environment) {
    String named = environment.getOrDefault("VISUAL", environment.getOrDefault("EDITOR", ""));
    return new Editor(List.of((named.isBlank() ? "vi" : named.strip()).split("\\s+", -1)));
  }

  /**
   * The body as it was saved. A line break that editors add at the end of a body without one is
   * taken off again.
   *
   * @throws EditorFailedException for people, when the editor cannot be started or fails
   */
  public byte[] edit(byte[] body) throws InterruptedException {
    String name = String.join(" ", command);
    try {
      Path file = Files.createTempFile("orderflow-body-", ".json");
      try {
        Files.write(file, body);
        List<String> line = new ArrayList<>(command);
        line.add(file.toString());
        int exit = new ProcessBuilder(line).inheritIO().start().waitFor();
        if (exit != 0) {
          throw new EditorFailedException("the editor '" + name + "' ended with " + exit);
        }
        return withoutAddedBreak(Files.readAllBytes(file), body);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EditorFailedException("the editor '" + name + "' failed: " + e.getMessage());
    }
  }

  private static byte[] withoutAddedBreak(byte[] edited, byte[] body) {
    boolean added =
        edited.length > 0
            && edited[edited.length - 1] == '\n'
            && (body.length == 0 || body[body.length - 1] != '\n');
    return added ? java.util.Arrays.copyOf(edited, edited.length - 1) : edited;
  }
}
