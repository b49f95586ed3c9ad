package orderflow.cli.options;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.io.Redaction;

/**
 * Commands that messages advise, ready to be typed: they begin with the name by which this program
 * was called and repeat the options that say what this command talks to, with secrets masked.
 */
public final class CommandHints {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
  private static final Pattern SPECIAL = Pattern.compile("[\"\\\\$`]");
  private static final Pattern COMMAND = Pattern.compile("'orderflow ([a-z][^']*)'");
  private static final Set<String> FLAGS = Set.of("--insecure");

  private final String program;
  private final Map<String, String> options;

  private CommandHints(String program, Map<String, String> options) {
    this.program = program;
    this.options = options;
  }

  /**
   * @param program the name by which it was called
   * @param given the options that the command which advises was given, by longest name
   */
  public static CommandHints of(String program, Map<String, String> given) {
    Map<String, String> repeated = new LinkedHashMap<>();
    given.forEach((name, value) -> {
      String option = name.substring(2);
      if (option.equals("context")
          || (GlobalOptions.IN_CONTEXT.contains(option) && !option.equals("output"))) {
        repeated.put(name, Redaction.mask(option, value));
      }
    });
    return new CommandHints(program, repeated);
  }

  /** The same with one option more, or with another value for it. */
  public CommandHints with(String option, String value) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new CommandHints(program, more);
  }

  /**
   * A command line.
   *
   * @param words the command's name and what follows it, ready for a shell
   */
  public String command(String words) {
    var line = new StringBuilder(program).append(' ').append(words);
    boolean starts = words.startsWith("up") || words.startsWith("serve-");
    options.forEach((name, value) -> {
      if (starts && name.endsWith("-url")) {
        return; // where clients look for services, not where services listen
      }
      line.append(' ').append(name);
      if (!FLAGS.contains(name)) {
        line.append(' ').append(quoted(value));
      }
    });
    return line.toString();
  }

  /** A message with each {@code 'orderflow ...'} in it replaced by the whole command line. */
  public String complete(String message) {
    return COMMAND
        .matcher(message)
        .replaceAll(found -> Matcher.quoteReplacement("'" + command(found.group(1)) + "'"));
  }

  /** A word as a POSIX shell must be given it. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches()
        ? word
        : '"' + SPECIAL.matcher(word).replaceAll("\\\\$0") + '"';
  }
}
