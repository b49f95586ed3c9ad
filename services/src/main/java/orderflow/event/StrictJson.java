package orderflow.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses one JSON object from untrusted bytes: UTF-8 only, no duplicate keys, no trailing tokens,
 * limited depth and lengths. Thread-safe.
 */
public final class StrictJson {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_NAME_LENGTH = 1_024;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  /** Parts of the parser's messages, which have no types, and the cause that each indicates. */
  private static final Map<String, String> CAUSES = new LinkedHashMap<>();

  static {
    CAUSES.put("nesting depth", "it is nested deeper than " + MAX_DEPTH + " levels");
    CAUSES.put(
        "Number value length", "a number is longer than " + MAX_NUMBER_LENGTH + " characters");
    CAUSES.put("ame length", "a key is longer than " + MAX_NAME_LENGTH + " characters");
    CAUSES.put("Duplicate ", "a key appears twice");
    CAUSES.put("Trailing token", "something follows the JSON object");
    CAUSES.put("Illegal unquoted character", "a control character in a string is not escaped");
    CAUSES.put("comment?", "it has a comment");
    CAUSES.put("Non-standard token", "NaN and Infinity are no numbers in JSON");
    CAUSES.put("Leading zeroes", "a number has a leading zero");
    CAUSES.put("expecting a colon", "a key is not followed by a colon");
    CAUSES.put("expecting comma", "a comma is missing");
    CAUSES.put("to start property name", "a key in double quotes is missing");
    CAUSES.put("to start field name", "a key in double quotes is missing");
    CAUSES.put("character escape", "a string has an unknown escape");
    CAUSES.put("Unrecognized token", "a word is neither true, false nor null");
    CAUSES.put("expected a valid value", "a value is missing, or not in double quotes");
    CAUSES.put("numeric value", "a number is malformed");
  }

  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxStringLength(EventCodec.MAX_BYTES)
                          .maxNameLength(MAX_NAME_LENGTH)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Hostile colliding names overflow the parser's table of names.
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectReader READER = JSON.readerFor(JsonNode.class);

  private StrictJson() {}

  /**
   * @throws InvalidEventException when {@code body} is not one strict JSON object
   */
  public static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      throw InvalidEventException.malformed("the body is empty");
    }
    if (body.length > EventCodec.MAX_BYTES) {
      throw InvalidEventException.malformed(
          "the body is larger than " + EventCodec.MAX_BYTES + " bytes");
    }
    if (isOtherUnicode(body)) {
      throw InvalidEventException.malformed("the body is UTF-16 or UTF-32, not UTF-8");
    }
    String text = decodeUtf8(body);
    if (text.charAt(0) == BYTE_ORDER_MARK) {
      throw InvalidEventException.malformed(
          "the body is not strict JSON: it begins with a byte order mark");
    }
    JsonNode json;
    try {
      json = READER.readValue(text);
    } catch (JacksonException e) {
      throw InvalidEventException.malformed(
          "the body is not strict JSON" + cause(e, text) + position(e));
    }
    if (json == null || !json.isObject()) {
      throw InvalidEventException.malformed("the body is not a JSON object");
    }
    return json;
  }

  /**
   * The whole number in {@code field}.
   *
   * @throws InvalidEventException when it is missing or anything else
   */
  public static long wholeNumber(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      throw InvalidEventException.missing(field);
    }
    if (!value.isIntegralNumber()) {
      throw InvalidEventException.malformed(field, field + " must be a whole number");
    }
    if (!value.canConvertToLong()) {
      throw InvalidEventException.malformed(field, field + " is too large a number");
    }
    return value.longValue();
  }

  /** Decodes before parsing, because the parser would also detect UTF-16 and UTF-32. */
  private static String decodeUtf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw InvalidEventException.malformed("the body is not UTF-8");
    }
  }

  /** By the first bytes: a byte order mark, or a zero next to "{". */
  private static boolean isOtherUnicode(byte[] body) {
    int start = body.length < 2 ? -1 : (body[0] & 0xff) << 8 | (body[1] & 0xff);
    return start == 0xfeff || start == 0xfffe || start == '{' || start == '{' << 8 || start == 0;
  }

  /** Without the parser's message, which repeats parts of the body. */
  private static String cause(JacksonException e, String text) {
    if (e instanceof UnexpectedEndOfInputException) {
      return ": it ends too early";
    }
    if (!text.stripLeading().startsWith("{")) {
      return ": it does not begin with {";
    }
    String message = String.valueOf(e.getOriginalMessage());
    return CAUSES.entrySet().stream()
        .filter(cause -> message.contains(cause.getKey()))
        .map(cause -> ": " + cause.getValue())
        .findFirst()
        .orElse("");
  }

  private static String position(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 0
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
