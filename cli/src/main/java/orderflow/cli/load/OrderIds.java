package orderflow.cli.load;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * The order ids of one run: the run, a hyphen and a number of eight digits. They ascend, so that
 * stores append.
 *
 * @param run unique prefix
 */
public record OrderIds(String run) {
  /** The most orders that a run can have. */
  public static final int LIMIT = 10_000_000;

  private static final int DIGITS = 8;

  /** The id of the nth order, from 0. */
  public String id(long n) {
    return String.format(Locale.ROOT, "%s-%08d", run, n);
  }

  /** The prefix of all ids of this run, and of no other run. */
  public String prefix() {
    return run + "-";
  }

  /** A view of the ids of {@code orders}, in ascending order. */
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

  /** The reverse of {@link #id}; -1 for an id of another run. */
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
