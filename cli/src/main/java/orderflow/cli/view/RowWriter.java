package orderflow.cli.view;

import java.util.Map;

/** Writes results one by one; all have the same fields in the same order. */
public interface RowWriter extends AutoCloseable {
  /** Writes a result: field names with text, numbers, maps or lists. */
  void print(Map<String, Object> row);

  /** Writes the end of the document. */
  @Override
  default void close() {}
}
