package orderflow.cli.view;

import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON mappers that stream to a writer and leave it open. */
public final class NonClosingJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .build();

  public static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  static final JsonMapper INDENTED =
      JsonMapper.builder(FACTORY).enable(SerializationFeature.INDENT_OUTPUT).build();

  private NonClosingJson() {}
}
