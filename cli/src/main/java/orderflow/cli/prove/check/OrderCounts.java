package orderflow.cli.prove.check;

import java.util.Arrays;

/**
 * A small number for each order of a run, 0 at first; a byte an order, so that millions fit. Not
 * thread-safe.
 */
public final class OrderCounts {
  private static final int LEAST = 1_024;

  private byte[] values = new byte[LEAST];
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

  /** Counts one more; up to {@link Byte#MAX_VALUE}, and no further. */
  public void add(int order) {
    set(order, Math.min(get(order) + 1, Byte.MAX_VALUE));
  }

  /** One more than the highest order that was ever set. */
  public int size() {
    return size;
  }
}
