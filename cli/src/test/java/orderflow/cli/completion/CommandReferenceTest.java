package orderflow.cli.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import orderflow.cli.Cli;
import orderflow.cli.options.HelpLayout;
import org.junit.jupiter.api.Test;

/** docs/commands.md lists the commands as they are. */
class CommandReferenceTest {
  /** Tests run in their module's folder. */
  private static final Path PAGE = Path.of("../docs/commands.md");

  private static String generated() {
    return new CommandReference(Cli.commandModel(), HelpLayout.groups()).text();
  }

  @Test
  void pageInTheTreeIsUpToDate() throws IOException {
    Path made = Path.of("target/commands.md");
    Files.createDirectories(made.toAbsolutePath().getParent());
    Files.writeString(made, generated());

    assertEquals(
        generated(),
        Files.readString(PAGE),
        "commands have changed; update the page:  cp cli/target/commands.md docs/commands.md");
  }

  @Test
  void pageHasEveryCommandAndOption() {
    String page = generated();
    Cli.commandModel()
        .all()
        .skip(1)
        .forEach(command -> {
          String name = String.join(" ", command.path()).replaceFirst("^orderflow ", "");
          assertTrue(page.contains("\n### " + name + "\n"), name);
          command.options().forEach(option -> assertTrue(page.contains(option.longestName())));
        });
  }
}
