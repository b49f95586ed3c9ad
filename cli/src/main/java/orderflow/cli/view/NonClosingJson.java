package orderflow.cli.view;

import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON for a writer that stays open behind it. A value goes there piece by piece, without a copy of
 * it in memory.
 */
public final class NonClosingJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  /** On one line. */
  public static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  /** For people to read, too. */
  static final JsonMapper INDENTED =
      JsonMapper.builder(FACTORY).enable(SerializationFeature.INDENT_OUTPUT).build();

  private NonClosingJson() {}
}
