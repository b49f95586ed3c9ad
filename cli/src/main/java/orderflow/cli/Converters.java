package orderflow.cli;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.load.Rate;
import orderflow.http.BearerToken;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Option values with units: durations ({@code 90s}), counts ({@code 10k}), rates; and words of
 * which one must be chosen.
 */
final class Converters {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)?");

  /** So that every duration can be counted in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final Pattern COUNT = Pattern.compile("(\\d{1,12})([kKmM])?");

  private Converters() {}

  static void register(CommandLine commandLine) {
    commandLine.registerConverter(URI.class, Converters::uri);
    commandLine.registerConverter(int.class, Converters::wholeNumber);
    commandLine.registerConverter(double.class, Converters::number);
    commandLine.registerConverter(Duration.class, Converters::duration);
    commandLine.registerConverter(Count.class, text -> new Count(count(text)));
    commandLine.registerConverter(Rate.class, Converters::rate);
    enumTypes(commandLine).forEach(type -> registerWords(commandLine, type));
  }

  /**
   * Of all options and arguments of all commands: picocli would list the words as they stand in the
   * source.
   */
  private static Stream<Class<?>> enumTypes(CommandLine commandLine) {
    return Stream.concat(
        commandLine.getCommandSpec().args().stream().map(ArgSpec::type).filter(Class::isEnum),
        commandLine.getSubcommands().values().stream().flatMap(Converters::enumTypes));
  }

  private static <T> void registerWords(CommandLine commandLine, Class<T> type) {
    commandLine.registerConverter(type, text -> word(text, type));
  }

  /** One of an enum's constants by its {@code toString}, in upper or lower case. */
  static <T> T word(String text, Class<T> type) {
    T[] constants = type.getEnumConstants();
    for (T constant : constants) {
      if (constant.toString().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw new TypeConversionException(
        "'%s' is not one of %s"
            .formatted(
                text,
                Stream.of(constants).map(Object::toString).collect(Collectors.joining(", "))));
  }

  static URI uri(String text) {
    try {
      return Uris.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /**
   * Empty for none. The message does not repeat what may be a secret with a line break too many.
   */
  static String token(String text) {
    if (text.isEmpty() || BearerToken.isValid(text)) {
      return text;
    }
    throw new TypeConversionException("a token is " + BearerToken.RULE);
  }

  static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + (isLong(text) ? "' is out of range" : "' is not a whole number"));
    }
  }

  private static boolean isLong(String text) {
    return text.matches("[-+]?[0-9]{10,}");
  }

  static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number such as 0.3");
    }
  }

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a duration such as 500ms, 90s, 5m or 1h");
    }
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    long millis =
        switch (unit) {
          case "ms" -> 1;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          case "d" -> 86_400_000;
          default -> 1_000;
        };
    Duration duration =
        Duration.ofMillis(
            new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(millis)).longValue());
    if (duration.compareTo(LONGEST) > 0) {
      throw new TypeConversionException("'" + text + "' is longer than 365d");
    }
    return duration;
  }

  static long count(String text) {
    Matcher matcher = COUNT.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is not a count such as 500, 10k or 1m");
    }
    long factor =
        switch (matcher.group(2)) {
          case null -> 1;
          case "k", "K" -> 1_000;
          default -> 1_000_000;
        };
    return Long.parseLong(matcher.group(1)) * factor;
  }

  static Rate rate(String text) {
    if (text.equalsIgnoreCase("max")) {
      return Rate.MAX;
    }
    try {
      return Rate.perSecond(Double.parseDouble(text));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a rate: orders a second from 0.01 to 1000000, or max");
    }
  }

  /** For the one option whose text is a token. */
  static final class Token implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return token(text);
    }
  }
}
