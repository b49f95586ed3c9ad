package orderflow.cli.load;

/**
 * The rate of a load.
 *
 * @param perSecond orders per second; infinite for the maximum rate
 */
public record Rate(double perSecond) {
  public static final Rate MAX = new Rate(Double.POSITIVE_INFINITY);
  private static final double SLOWEST = 0.01;
  private static final double FASTEST = 1_000_000;

  /**
   * @throws IllegalArgumentException outside 0.01 to 1,000,000
   */
  public static Rate perSecond(double perSecond) {
    if (!(perSecond >= SLOWEST && perSecond <= FASTEST)) {
      throw new IllegalArgumentException("a rate must be from 0.01 to 1000000 orders per second");
    }
    return new Rate(perSecond);
  }

  public boolean isMax() {
    return Double.isInfinite(perSecond);
  }

  /** Due time of the nth order (from 0) after the start; always 0 at the maximum rate. */
  long dueNanos(long n) {
    return isMax() ? 0 : (long) (n * 1e9 / perSecond);
  }

  /** Orders due until {@code nanos} after the start; unlimited at the maximum rate. */
  long dueBefore(long nanos) {
    return isMax() ? Long.MAX_VALUE : (long) Math.ceil(nanos * perSecond / 1e9);
  }

  @Override
  public String toString() {
    return isMax()
        ? "max"
        : perSecond == Math.rint(perSecond)
            ? Long.toString((long) perSecond)
            : Double.toString(perSecond);
  }
}
