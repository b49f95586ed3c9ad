package orderflow.cli.options;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.io.FileNames;
import orderflow.cli.load.Rate;
import orderflow.http.BearerToken;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Makes values of texts: durations ({@code 90s}), counts ({@code 10k}), rates, words of which one
 * must be chosen. All that options take is made here, so that people read why it is not taken.
 */
public final class Converters {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)?");

  /** So that every duration can be counted in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final Pattern COUNT = Pattern.compile("(\\d{1,12})([kKmM])?");

  private static final List<String> YES = List.of("true", "yes", "on", "1");
  private static final List<String> NO = List.of("false", "no", "off", "0");

  private static final List<Known<?>> KNOWN =
      List.of(
          new Known<>(URI.class, Converters::uri),
          new Known<>(Path.class, Converters::file),
          new Known<>(boolean.class, Converters::yesOrNo),
          new Known<>(int.class, Converters::wholeNumber),
          new Known<>(Long.class, Converters::longNumber),
          new Known<>(double.class, Converters::number),
          new Known<>(Duration.class, Converters::duration),
          new Known<>(Count.class, text -> new Count(count(text))),
          new Known<>(Rate.class, Converters::rate));

  private Converters() {}

  private record Known<T>(Class<T> type, ITypeConverter<T> converter) {
    void register(CommandLine commandLine) {
      commandLine.registerConverter(type, converter);
    }
  }

  public static void register(CommandLine commandLine) {
    KNOWN.forEach(known -> known.register(commandLine));
    enumTypes(commandLine).forEach(type -> registerWords(commandLine, type));
  }

  /** For people: why an option does not take a text; empty when it does. */
  static Optional<String> problem(OptionSpec option, String text) {
    try {
      converter(option).convert(text);
      return Optional.empty();
    } catch (TypeConversionException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (Exception e) {
      throw new IllegalStateException("a converter of " + option.longestName() + " is broken", e);
    }
  }

  private static ITypeConverter<?> converter(OptionSpec option) {
    Class<?> type = option.type();
    if (option.converters().length > 0) {
      return option.converters()[0];
    }
    if (type.isEnum()) {
      return text -> word(text, type);
    }
    return KNOWN.stream()
        .filter(known -> known.type() == type)
        .<ITypeConverter<?>>map(Known::converter)
        .findFirst()
        .orElse(text -> text);
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
  public static <T> T word(String text, Class<T> type) {
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

  public static Path file(String text) {
    try {
      return FileNames.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  static boolean yesOrNo(String text) {
    if (isYes(text)) {
      return true;
    }
    if (NO.contains(text.toLowerCase(Locale.ROOT))) {
      return false;
    }
    throw new TypeConversionException(
        "'%s' is not one of %s, %s".formatted(text, String.join(", ", YES), String.join(", ", NO)));
  }

  static boolean isYes(String text) {
    return YES.contains(text.toLowerCase(Locale.ROOT));
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

  public static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw noWholeNumber(text);
    }
  }

  public static long longNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw noWholeNumber(text);
    }
  }

  private static TypeConversionException noWholeNumber(String text) {
    return new TypeConversionException(
        "'" + text + (isLong(text) ? "' is out of range" : "' is not a whole number"));
  }

  private static boolean isLong(String text) {
    return text.matches("[-+]?[0-9]{10,}");
  }

  public static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number such as 0.3");
    }
  }

  public static Duration duration(String text) {
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

  public static long count(String text) {
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

  public static Rate rate(String text) {
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
