package orderflow.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object from bytes that anybody may have sent: UTF-8 only, no duplicate keys, no trailing
 * tokens, depth and lengths bounded. Thread-safe.
 */
public final class StrictJson {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_NAME_LENGTH = 1_024;

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
                  // Names chosen to collide break the parser's table of names, not only its speed.
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
    JsonNode json;
    try {
      json = READER.readValue(decodeUtf8(body));
    } catch (JacksonException e) {
      throw InvalidEventException.malformed("the body is not strict JSON" + position(e));
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
      throw InvalidEventException.malformed(field, field + " is missing");
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw InvalidEventException.malformed(field, field + " must be a whole number");
    }
    return value.longValue();
  }

  /** Decodes before parsing, because a JSON parser on bytes also guesses UTF-16 and UTF-32. */
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

  private static String position(JacksonException e) {
    var location = e.getLocation();
    return location == null || location.getLineNr() < 0
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }
}
