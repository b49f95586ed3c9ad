package orderflow.cli.view;

import java.util.Map;

/**
 * Results that are written one by one, as they come; all have the same fields in the same order.
 */
public interface RowWriter extends AutoCloseable {
  void print(Map<String, Object> row);

  /** There are no more. */
  @Override
  void close();
}
