package orderflow.http;

import java.util.Map;
import java.util.Optional;

/** A request as an endpoint sees it. */
@SuppressWarnings("ArrayRecordComponent") // the body, handed over and never compared
record Exchange(Map<String, String> values, String rawQuery, byte[] body) implements Request {
  @Override
  public String path(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("this route's pattern has no name '" + name + "'");
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return rawQuery.isEmpty() ? Optional.empty() : Paths.parameter(rawQuery, name);
  }
}
