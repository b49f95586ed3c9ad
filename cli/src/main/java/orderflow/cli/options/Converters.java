package orderflow.cli.options;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.io.FileNames;
import orderflow.cli.load.Rate;
import orderflow.http.BearerToken;
import orderflow.net.UriParts;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the text of options. A {@link TypeConversionException} has a message for users: the
 * quoted text, unless it may be a secret, and what is wrong with it.
 */
public final class Converters {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)?");
  private static final Map<String, Integer> MILLIS =
      Map.of("ms", 1, "s", 1_000, "m", 60_000, "h", 3_600_000, "d", 86_400_000);

  /** Fits into nanoseconds. */
  private static final Duration MAX_DURATION = Duration.ofDays(365);

  private static final Pattern COUNT = Pattern.compile("(\\d{1,12})([km]?)");
  private static final List<String> TRUE = List.of("true", "yes", "on", "1");
  private static final List<String> FALSE = List.of("false", "no", "off", "0");

  private static final Map<Class<?>, ITypeConverter<?>> BY_TYPE =
      Map.of(
          URI.class, Converters::uri,
          Path.class, Converters::file,
          boolean.class, Converters::bool,
          int.class, Converters::wholeNumber,
          Long.class, Converters::longNumber,
          double.class, Converters::number,
          Duration.class, Converters::duration,
          Count.class, text -> new Count(count(text)),
          Rate.class, Converters::rate);

  private Converters() {}

  /** Registers the converters, with one for each enum type of an option or argument. */
  public static void register(CommandLine commandLine) {
    BY_TYPE.forEach((type, converter) -> register(commandLine, type, converter));
    enumTypes(commandLine).forEach(type -> register(commandLine, type, text -> word(text, type)));
  }

  @SuppressWarnings("unchecked")
  private static <T> void register(
      CommandLine commandLine, Class<T> type, ITypeConverter<?> converter) {
    commandLine.registerConverter(type, (ITypeConverter<T>) converter);
  }

  private static Stream<Class<?>> enumTypes(CommandLine commandLine) {
    return Stream.concat(
        commandLine.getCommandSpec().args().stream().map(ArgSpec::type).filter(Class::isEnum),
        commandLine.getSubcommands().values().stream().flatMap(Converters::enumTypes));
  }

  /** Why an option does not accept a text; empty when it does. */
  public static Optional<String> problem(OptionSpec option, String text) {
    Class<?> type = option.type();
    try {
      if (option.converters().length > 0) {
        option.converters()[0].convert(text);
      } else if (type.isEnum()) {
        word(text, type);
      } else if (BY_TYPE.containsKey(type)) {
        BY_TYPE.get(type).convert(text);
      }
      return Optional.empty();
    } catch (TypeConversionException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      throw new IllegalStateException("a converter of " + option.longestName() + " failed", e);
    }
  }

  /** The enum constant with this {@code toString}, ignoring case. */
  public static <T> T word(String text, Class<T> type) {
    T[] constants = type.getEnumConstants();
    return Stream.of(constants)
        .filter(constant -> constant.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() ->
            invalid(
                text,
                "not one of "
                    + Stream.of(constants)
                        .map(Object::toString)
                        .collect(Collectors.joining(", "))));
  }

  /** An address. It may hold a password, so no message repeats it. */
  public static URI uri(String text) {
    try {
      if (text.contains("://")) {
        UriParts.requireUserInfo(text);
      }
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new TypeConversionException(
          "not an address: " + e.getReason() + " at character " + (e.getIndex() + 1));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  public static Path file(String text) {
    try {
      return FileNames.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  static boolean bool(String text) {
    if (isTrue(text)) {
      return true;
    }
    if (FALSE.contains(text.toLowerCase(Locale.ROOT))) {
      return false;
    }
    throw invalid(text, "not one of " + String.join(", ", TRUE) + ", " + String.join(", ", FALSE));
  }

  static boolean isTrue(String text) {
    return TRUE.contains(text.toLowerCase(Locale.ROOT));
  }

  public static int wholeNumber(String text) {
    return whole(text, Integer::parseInt);
  }

  public static long longNumber(String text) {
    return whole(text, Long::parseLong);
  }

  private static <T> T whole(String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      boolean large = text.matches("[-+]?[0-9]{10,}");
      throw invalid(text, large ? "out of range" : "not a whole number");
    }
  }

  public static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw invalid(text, "not a number");
    }
  }

  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw invalid(text, "not a duration (500ms, 90s, 5m, 1h)");
    }
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    var millis =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(MILLIS.getOrDefault(unit, 0)));
    Duration duration = Duration.ofMillis(millis.longValue());
    if (duration.compareTo(MAX_DURATION) > 0) {
      throw invalid(text, "longer than 365d");
    }
    return duration;
  }

  public static long count(String text) {
    Matcher matcher = COUNT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw invalid(text, "not a count (500, 10k, 1m)");
    }
    long factor =
        switch (matcher.group(2)) {
          case "k" -> 1_000;
          case "m" -> 1_000_000;
          default -> 1;
        };
    return Long.parseLong(matcher.group(1)) * factor;
  }

  public static Rate rate(String text) {
    try {
      return text.equalsIgnoreCase("max") ? Rate.MAX : Rate.perSecond(Double.parseDouble(text));
    } catch (IllegalArgumentException e) {
      throw invalid(text, "not a rate (0.01 to 1000000 orders per second, or max)");
    }
  }

  private static TypeConversionException invalid(String text, String why) {
    return new TypeConversionException("'" + text + "' is " + why);
  }

  /** Converts {@code --token}: a secret, so the message does not repeat it. */
  static final class Token implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.isEmpty() || BearerToken.isValid(text)) {
        return text;
      }
      throw new TypeConversionException("a token is " + BearerToken.RULE);
    }
  }
}
