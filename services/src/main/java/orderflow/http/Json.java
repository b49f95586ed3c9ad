package orderflow.http;

import tools.jackson.databind.json.JsonMapper;

/** Writes answers. Apart from {@link Response} so that a server starts without loading Jackson. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }
}
