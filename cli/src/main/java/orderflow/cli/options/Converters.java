package orderflow.cli.options;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
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
import orderflow.net.UriParts;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the text of options to durations ({@code 90s}), counts ({@code 10k}), rates, enum
 * constants and so on. A {@link TypeConversionException} has a message for users.
 */
public final class Converters {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h|d)?");

  /** Fits into nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final Pattern COUNT = Pattern.compile("(\\d{1,12})([kKmM])?");

  private static final List<String> YES = List.of("true", "yes", "on", "1");
  private static final List<String> NO = List.of("false", "no", "off", "0");

  private static final List<Known<?>> KNOWN =
      List.of(
          new Known<>(URI.class, Converters::uri),
          new Known<>(Path.class, Converters::file),
          new Known<>(boolean.class, Converters::bool),
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

  /** Why an option does not accept a text; empty when it does. */
  public static Optional<String> problem(OptionSpec option, String text) {
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

  /** The enum types of all commands; picocli itself accepts the constants' names in the source. */
  private static Stream<Class<?>> enumTypes(CommandLine commandLine) {
    return Stream.concat(
        commandLine.getCommandSpec().args().stream().map(ArgSpec::type).filter(Class::isEnum),
        commandLine.getSubcommands().values().stream().flatMap(Converters::enumTypes));
  }

  private static <T> void registerWords(CommandLine commandLine, Class<T> type) {
    commandLine.registerConverter(type, text -> word(text, type));
  }

  /** The enum constant with this {@code toString}, ignoring case. */
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

  /** Empty for none. It is a secret, so the message does not repeat it. */
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
      throw notWhole(text);
    }
  }

  public static long longNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw notWhole(text);
    }
  }

  private static TypeConversionException notWhole(String text) {
    boolean large = text.matches("[-+]?[0-9]{10,}");
    return new TypeConversionException(
        "'" + text + (large ? "' is out of range" : "' is not a whole number"));
  }

  public static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
  }

  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + text + "' is not a duration (500ms, 90s, 5m, 1h)");
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
      throw new TypeConversionException("'" + text + "' is not a count (500, 10k, 1m)");
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
          "'" + text + "' is not a rate (0.01 to 1000000 orders per second, or max)");
    }
  }

  /** Converts {@code --token}. */
  static final class Token implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return token(text);
    }
  }
}
