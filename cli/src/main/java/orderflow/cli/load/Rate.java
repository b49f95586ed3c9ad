package orderflow.cli.load;

/**
 * How fast to send.
 *
 * @param perSecond orders a second; infinite for as fast as possible
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
      throw new IllegalArgumentException("a rate is from 0.01 to 1000000 orders a second");
    }
    return new Rate(perSecond);
  }

  public boolean isMax() {
    return Double.isInfinite(perSecond);
  }

  /** When the nth order, from 0, is due after the start; 0 for all when as fast as possible. */
  long dueNanos(long n) {
    return isMax() ? 0 : (long) (n * 1e9 / perSecond);
  }

  /** How many are due before so long after the start; no limit when as fast as possible. */
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
