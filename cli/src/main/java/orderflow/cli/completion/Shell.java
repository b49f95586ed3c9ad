package orderflow.cli.completion;

import java.util.Locale;

/** A shell with a completion script. */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  public String script(CommandModel program) {
    return switch (this) {
      case BASH -> new BashScript(program).text();
      case ZSH -> new ZshScript(program).text();
      case FISH -> new FishScript(program).text();
    };
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
