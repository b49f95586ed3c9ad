package orderflow.cli.prove.variants;

import java.util.List;

/**
 * A planted bug.
 *
 * @param description of the bug, in one line
 * @param scenarios any of which must fail
 * @param words that one finding of such a scenario must contain, in any case
 * @param brokers on which it can be found
 * @param open why {@code verify} does not find it yet; empty when it does
 * @param changes to the source of the services
 */
record Variant(
    String name,
    String description,
    List<String> scenarios,
    List<String> words,
    List<String> brokers,
    String open,
    List<Change> changes) {
  static final List<String> BROKERS = List.of("embedded", "rabbitmq");

  /**
   * A replacement in one file. Lines are compared without their indentation.
   *
   * @param file below the source folder of the package {@code orderflow}
   * @param from lines that occur once in the file; the first and the last may be parts of a line
   */
  record Change(String file, List<String> from, List<String> to) {}

  @Override
  public String toString() {
    return name;
  }
}
