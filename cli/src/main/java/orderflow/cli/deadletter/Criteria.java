package orderflow.cli.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; what is null or empty does not matter. A letter must meet all.
 *
 * @param positions in the queue, from 1
 * @param reason {@link ReasonGroups#UNKNOWN} for those that name none
 * @param since died then or later; a letter that does not say when is not meant
 * @param headers these must be there, with these values as text
 */
public record Criteria(
    Set<Integer> positions,
    @Nullable String reason,
    @Nullable String orderId,
    @Nullable Instant since,
    Map<String, String> headers) {
  public static final Criteria ALL = new Criteria(Set.of(), null, null, null, Map.of());

  public Criteria {
    positions = Set.copyOf(positions);
    headers = Map.copyOf(headers);
  }

  /** Whether every letter is meant. */
  public boolean isAll() {
    return equals(ALL);
  }

  /** Whether letters are meant by where they lie, so that others are meant once some are gone. */
  public boolean isByPosition() {
    return !positions.isEmpty();
  }

  public boolean isMet(DeadLetterView letter) {
    return (positions.isEmpty() || positions.contains(letter.position()))
        && (reason == null || reason.equals(letter.reasonOrUnknown()))
        && (orderId == null || orderId.equals(letter.orderId()))
        && (since == null || diedSince(letter.at(), since))
        && headers.entrySet().stream()
            .allMatch(wanted -> {
              Object value = letter.headers().get(wanted.getKey());
              return value != null && wanted.getValue().equals(value.toString());
            });
  }

  /** The last position that can be meant. */
  public int lastPosition() {
    return positions.stream().mapToInt(Integer::intValue).max().orElse(Integer.MAX_VALUE);
  }

  /**
   * How many letters from the head on are to be looked at, to find {@code most} that are meant: no
   * more than that where positions alone tell.
   */
  public int reach(int most) {
    boolean looksInside = reason != null || orderId != null || since != null || !headers.isEmpty();
    if (looksInside) {
      return lastPosition();
    }
    return positions.isEmpty()
        ? most
        : positions.stream().sorted().skip(Math.min(most, positions.size()) - 1L).findFirst().get();
  }

  private static boolean diedSince(@Nullable String at, Instant since) {
    try {
      return at != null && !Instant.parse(at).isBefore(since);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
