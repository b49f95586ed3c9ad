package orderflow.cli.prove.scenario;

import java.util.Arrays;

/**
 * A small number for each order of a run, initially 0, in one byte: millions fit. Not thread-safe.
 */
final class OrderCounts {
  private byte[] values = new byte[1_024];
  private int size;

  public int get(int order) {
    return order < size ? values[order] : 0;
  }

  /**
   * @param value at most {@link Byte#MAX_VALUE}
   */
  public void set(int order, int value) {
    if (order >= values.length) {
      values = Arrays.copyOf(values, Math.max(order + 1, values.length * 2));
    }
    size = Math.max(size, order + 1);
    values[order] = (byte) value;
  }

  /** Counts one more, up to {@link Byte#MAX_VALUE}. */
  public void add(int order) {
    set(order, Math.min(get(order) + 1, Byte.MAX_VALUE));
  }

  /** One more than the highest order that was set. */
  public int size() {
    return size;
  }
}
