package orderflow.cli.prove.environment;

import java.util.Map;

/**
 * What a process holds at one moment.
 *
 * @param name of the service
 * @param pid another one after a restart
 * @param amounts those that could be read
 */
public record ServiceResources(String name, long pid, Map<Kind, Long> amounts) {
  /** What grows in a process that leaks. */
  public enum Kind {
    /** Bytes in use on the heap after a full collection. */
    HEAP("heap after GC"),
    /** Bytes of all files in the data folder. */
    DATA("data folder"),
    DESCRIPTORS("open descriptors"),
    THREADS("threads");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    public boolean isBytes() {
      return this == HEAP || this == DATA;
    }

    /** Human-readable. */
    @Override
    public String toString() {
      return text;
    }
  }
}
