package orderflow.store;

import java.util.ArrayList;
import java.util.List;

/**
 * A service's tables, as numbered steps: step n updates a database from version n-1 to n. Steps are
 * only appended, so any older database can be updated.
 *
 * @param steps each a list of statements
 */
public record Schema(List<List<String>> steps) {
  public Schema {
    steps = List.copyOf(steps);
  }

  /** A schema with one step, which consists of the statements of several parts. */
  public static Schema of(List<List<String>> parts) {
    return new Schema(List.of(parts.stream().flatMap(List::stream).toList()));
  }

  /** This schema with one more step. */
  public Schema then(List<String> statements) {
    List<List<String>> longer = new ArrayList<>(steps);
    longer.add(statements);
    return new Schema(longer);
  }

  int version() {
    return steps.size();
  }
}
