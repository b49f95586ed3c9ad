package orderflow.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The requested page of a list that is sorted by a key: {@code ?after=KEY&limit=N}.
 *
 * @param after the last key of the page before, null for the first page; not validated
 * @param limit the largest number of rows, 1 to 1000
 */
public record Page(@Nullable String after, int limit) {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_KEY = 256;

  public Page {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", not " + limit);
    }
  }

  /**
   * @throws HttpProblem 400 when {@code limit} is not a number from 1 to 1000 or {@code after} is
   *     too long
   */
  public static Page of(Request request) {
    String after = request.query("after").orElse(null);
    if (after != null && after.length() > MAX_KEY) {
      throw new HttpProblem(400, "invalid_after", "after is longer than any key");
    }
    return new Page(after, request.query("limit").map(Page::parseLimit).orElse(DEFAULT_LIMIT));
  }

  /** The key to compare with: empty, which sorts before all, for the first page. */
  public String afterKey() {
    return after == null ? "" : after;
  }

  /** How many rows to fetch: one more than the limit, to see whether there is a next page. */
  public int fetch() {
    return limit + 1;
  }

  /**
   * {@code {"<name>":[…],"next":KEY|null}}.
   *
   * @param rows up to {@link #fetch} rows after {@link #after}, in the order of the key; each a map
   *     or a record
   */
  public <T> Response response(String name, List<T> rows, Function<? super T, String> key) {
    boolean more = rows.size() > limit;
    List<T> shown = more ? rows.subList(0, limit) : rows;
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put(name, shown);
    body.put("next", more ? key.apply(shown.getLast()) : null);
    return Response.json(200, body);
  }

  private static int parseLimit(String text) {
    if (text.length() <= 4 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw new HttpProblem(400, "invalid_limit", "limit must be a number from 1 to " + MAX_LIMIT);
  }
}
