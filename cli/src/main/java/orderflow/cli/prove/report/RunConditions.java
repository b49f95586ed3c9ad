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
 * What a run was played on, and how to play it again.
 *
 * @param broker its name and version, as it tells them
 * @param stage how it and the services were run, for people
 * @param seed what the chances were drawn with
 * @param command the line that repeats it
 * @param finished when it was over
 */
public record RunConditions(
    String broker, String stage, long seed, String command, Instant finished) {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:=@%+,-]+");
  private static final String TOKEN_OPTION = "--token";
  private static final Pattern PASSWORD = Pattern.compile("(://[^:/@\\s]*):[^\\s]*@");

  /**
   * @param arguments as they were given; passwords and tokens are left out
   */
  public static RunConditions of(
      String broker, String stage, long seed, List<String> arguments, Instant finished) {
    boolean seeded = arguments.stream().anyMatch(argument -> argument.startsWith("--seed"));
    String given =
        withoutTokens(arguments).map(RunConditions::quoted).collect(Collectors.joining(" "));
    String command = "orderflow " + given + (seeded ? "" : " --seed " + seed);
    return new RunConditions(
        broker, stage, seed, command, finished.truncatedTo(ChronoUnit.SECONDS));
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

  /** All of it, and this machine, each by its name. */
  Map<String, String> named() {
    Map<String, String> named = new LinkedHashMap<>();
    named.put("Broker", broker);
    named.put("Played on", stage);
    named.put("Seed", Long.toString(seed));
    named.put("Finished", finished.toString());
    named.put(
        "Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    named.put(
        "System",
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    named.put("Cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return named;
  }
}
