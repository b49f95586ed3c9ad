package orderflow.cli.contexts;

/**
 * A value in the context file.
 *
 * @param value as on the command line
 * @param line in the file, from 1; 0 when it was not read from one
 * @param column likewise
 */
public record ContextValue(String value, int line, int column) {
  static ContextValue of(String value) {
    return new ContextValue(value, 0, 0);
  }

  /** {@code LINE:COLUMN}. */
  public String place() {
    return line + ":" + column;
  }
}
