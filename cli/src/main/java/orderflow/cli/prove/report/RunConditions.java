package orderflow.cli.prove.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The environment of a run, and how to repeat it.
 *
 * @param broker its product and version
 * @param environment a description of the environment
 * @param command the command line that repeats the run
 */
public record RunConditions(
    String broker, String environment, long seed, String command, Instant finished) {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:=@%+,-]+");
  private static final String TOKEN_OPTION = "--token";
  private static final Pattern PASSWORD = Pattern.compile("(://[^:/@\\s]*):[^\\s]*@");

  /**
   * @param arguments of this run; passwords and tokens are replaced
   */
  public static RunConditions of(
      String broker, String environment, long seed, List<String> arguments, Instant finished) {
    boolean seeded = arguments.stream().anyMatch(argument -> argument.startsWith("--seed"));
    String given =
        withoutTokens(arguments).map(RunConditions::quoted).collect(Collectors.joining(" "));
    String command = "orderflow " + given + (seeded ? "" : " --seed " + seed);
    return new RunConditions(
        broker, environment, seed, command, finished.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Stream<String> withoutTokens(List<String> arguments) {
    return IntStream.range(0, arguments.size())
        .mapToObj(i ->
            i > 0 && arguments.get(i - 1).equals(TOKEN_OPTION)
                ? "TOKEN"
                : arguments
                    .get(i)
                    .replaceFirst("^" + TOKEN_OPTION + "=.*", TOKEN_OPTION + "=TOKEN"));
  }

  private static String quoted(String argument) {
    String open = PASSWORD.matcher(argument).replaceAll("$1:PASSWORD@");
    return PLAIN.matcher(open).matches() ? open : "'" + open.replace("'", "'\\''") + "'";
  }

  /** All of it, and this machine, by name. */
  Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>();
    named.put("Broker", broker);
    named.put("Played on", environment);
    named.put("Seed", Long.toString(seed));
    named.put("Finished", finished.toString());
    named.put("Java", property("java.vm.name") + " " + property("java.vm.version"));
    named.put(
        "System",
        "%s %s, %s".formatted(property("os.name"), property("os.version"), property("os.arch")));
    named.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return named;
  }

  private static String property(String name) {
    return System.getProperty(name);
  }
}
