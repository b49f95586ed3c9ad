package orderflow.cli.load;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The ids of one run's orders: the run, a hyphen and a number of eight digits. They grow, so that
 * stores append, and a number is all that has to be kept of an order.
 *
 * @param run what they begin with; unique
 */
public record OrderIds(String run) {
  /** The most orders that a run can have. */
  public static final int LIMIT = 10_000_000;

  private static final int DIGITS = 8;

  /** The id of the nth order, from 0. */
  public String id(long n) {
    return String.format(Locale.ROOT, "%s-%08d", run, n);
  }

  /** What every id of the run begins with, and no other run's. */
  public String prefix() {
    return run + "-";
  }

  /** The ids of the {@code orders}, in order, each made when it is asked for. */
  public List<String> idsOf(BitSet orders) {
    int[] numbers = orders.stream().toArray();
    return new AbstractList<>() {
      @Override
      public String get(int index) {
        return id(numbers[index]);
      }

      @Override
      public int size() {
        return numbers.length;
      }
    };
  }

  /** The reverse of {@link #id}; -1 for what is not the id of an order of this run. */
  public int numberOf(String id) {
    int start = run.length() + 1;
    if (id.length() != start + DIGITS || !id.startsWith(run) || id.charAt(start - 1) != '-') {
      return -1;
    }
    int number = 0;
    for (int i = start; i < id.length(); i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number < LIMIT ? number : -1;
  }
}
