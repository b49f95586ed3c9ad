package orderflow.cli.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import orderflow.cli.deadletter.Editor.EditorFailedException;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Edits a body in the user's editor. */
@Timeout(30)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editors here are shell scripts")
class EditorTest {
  @TempDir Path folder;

  private String edited(String script, String body) throws Exception {
    Path editor = folder.resolve("editor");
    Files.writeString(editor, "#!/bin/sh\n" + script + "\n");
    assertTrue(editor.toFile().setExecutable(true));
    byte[] edited =
        Editor.of(Map.of("EDITOR", editor.toString())).edit(body.getBytes(StandardCharsets.UTF_8));
    return new String(edited, StandardCharsets.UTF_8);
  }

  @Test
  void savedTextIsTheBody() throws Exception {
    assertEquals("{\"qty\":2}", edited("sed -i s/two/2/ \"$1\"", "{\"qty\":two}"));
  }

  @Test
  void lineBreakAddedByTheEditorIsRemoved() throws Exception {
    assertEquals("a", edited("echo >> \"$1\"", "a"));
    assertEquals("a\n", edited("true", "a\n"), "one that was there stays");
  }

  @Test
  void editorMayHaveArguments() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "printf '%s' \"$1\" > \"$2\"");
    byte[] edited =
        Editor.of(Map.of("VISUAL", "sh " + script + " word", "EDITOR", "false")).edit(new byte[0]);

    assertEquals("word", new String(edited, StandardCharsets.UTF_8));
  }

  @Test
  void emptyVariableNamesNoEditor() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "printf b > \"$1\"");
    byte[] edited =
        Editor.of(Map.of("VISUAL", " ", "EDITOR", "sh " + script)).edit(new byte[] {'a'});

    assertEquals("b", new String(edited, StandardCharsets.UTF_8));
  }

  @Test
  void failedEditorIsNamed() {
    var thrown =
        assertThrows(
            EditorFailedException.class,
            () -> Editor.of(Map.of("EDITOR", "false")).edit(new byte[0]));

    assertEquals("the editor 'false' ended with 1", thrown.getMessage());
  }

  /** A missing editor would fail for every message. */
  @Test
  void missingEditorEndsTheCommand() {
    var thrown =
        assertThrows(
            CliException.class,
            () -> Editor.of(Map.of("EDITOR", "/no/such/editor")).edit(new byte[0]));

    assertEquals(ExitCode.USAGE, thrown.exitCode());
    assertTrue(String.valueOf(thrown.getMessage()).contains("'/no/such/editor' cannot be started"));
  }
}
