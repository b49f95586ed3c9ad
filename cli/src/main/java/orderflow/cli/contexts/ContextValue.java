package orderflow.cli.contexts;

/**
 * A value that the file holds.
 *
 * @param value as it would stand on the command line
 * @param line where it stands in the file, from 1; 0 when it was not read from one
 * @param column likewise
 */
public record ContextValue(String value, int line, int column) {
  static ContextValue unplaced(String value) {
    return new ContextValue(value, 0, 0);
  }

  /** As "LINE:COLUMN", for a mistake in it. */
  public String place() {
    return line + ":" + column;
  }
}
