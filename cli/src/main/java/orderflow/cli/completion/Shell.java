package orderflow.cli.completion;

import java.util.Locale;

/** A shell that can be taught to complete. */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  /** What the shell must read. */
  public String script(CommandModel program) {
    return switch (this) {
      case BASH -> new BashScript(program).text();
      case ZSH -> new ZshScript(program).text();
      case FISH -> new FishScript(program).text();
    };
  }

  /** As it is named on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
