package orderflow.cli.options;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.Redaction;

/**
 * Command lines to suggest in messages, ready to type: with the name by which this program was
 * called and the connection options of this command, secrets masked.
 *
 * @param options values by longest name
 */
public record CommandHints(String program, Map<String, String> options) {
  private static final Pattern COMMAND = Pattern.compile("'orderflow ([a-z][^']*)'");
  private static final Set<String> FLAGS = Set.of("--insecure");

  /**
   * @param given the global options of this command
   */
  static CommandHints of(String program, Map<String, String> given) {
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

  /** Adds or replaces an option. */
  public CommandHints with(String option, String value) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new CommandHints(program, more);
  }

  /**
   * A command line.
   *
   * @param words the name of the command and its arguments, quoted for a shell
   */
  public String command(String words) {
    var line = new StringBuilder(program).append(' ').append(words);
    boolean startsService = words.startsWith("up") || words.startsWith("serve-");
    options.forEach((name, value) -> {
      if (startsService && name.endsWith("-url")) {
        return; // the address for clients, not where the service listens
      }
      line.append(' ').append(name);
      if (!FLAGS.contains(name)) {
        line.append(' ').append(CliContext.shellQuoted(value));
      }
    });
    return line.toString();
  }

  /** Replaces each {@code 'orderflow ...'} in a message by the whole command line. */
  public String complete(String message) {
    return COMMAND
        .matcher(message)
        .replaceAll(found -> Matcher.quoteReplacement("'" + command(found.group(1)) + "'"));
  }
}
