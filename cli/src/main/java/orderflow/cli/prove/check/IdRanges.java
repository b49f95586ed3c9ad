package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;

/** Ids in ascending order in short form: consecutive numbers as a range. */
final class IdRanges {
  private static final int MOST = 50;

  private IdRanges() {}

  static String of(List<String> ids) {
    List<String> ranges = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= ids.size(); i++) {
      if (i == ids.size() || !isNext(ids.get(i - 1), ids.get(i))) {
        ranges.add(i - first == 1 ? ids.get(first) : ids.get(first) + " to " + ids.get(i - 1));
        first = i;
      }
    }
    int left = ranges.size() - MOST;
    return String.join(", ", ranges.subList(0, Math.min(MOST, ranges.size())))
        + (left > 0 ? " and %,d more".formatted(left) : "");
  }

  private static boolean isNext(String id, String next) {
    int digits = id.length() - 1;
    while (digits >= 0 && Character.isDigit(id.charAt(digits))) {
      digits--;
    }
    String number = id.substring(digits + 1);
    return number.length() > 0
        && number.length() < 10
        && id.length() == next.length()
        && next.startsWith(id.substring(0, digits + 1))
        && next.substring(digits + 1).matches("[0-9]+")
        && Long.parseLong(next.substring(digits + 1)) == Long.parseLong(number) + 1;
  }
}
