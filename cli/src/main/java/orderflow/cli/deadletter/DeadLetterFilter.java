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
 * @param ids as {@link DeadLetterInfo#id} has them, or their beginnings
 * @param reason {@link CauseGroups#UNKNOWN} for those that name none
 * @param since died then or later; a letter that does not say when is not meant
 * @param text stands in the body or in the detail, to the letter
 * @param headers these must be there, with these values as text
 */
public record DeadLetterFilter(
    Set<Integer> positions,
    Set<String> ids,
    @Nullable String reason,
    @Nullable String orderId,
    @Nullable Instant since,
    @Nullable String text,
    Map<String, String> headers) {
  public static final DeadLetterFilter ALL =
      new DeadLetterFilter(Set.of(), Set.of(), null, null, null, null, Map.of());

  public DeadLetterFilter {
    positions = Set.copyOf(positions);
    ids = Set.copyOf(ids);
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

  public boolean isMet(DeadLetterInfo letter) {
    return mayMean(letter.position())
        && (ids.isEmpty() || ids.stream().anyMatch(letter.id()::startsWith))
        && (reason == null || reason.equals(letter.reasonOrUnknown()))
        && (orderId == null || orderId.equals(letter.orderId()))
        && (since == null || diedSince(letter.at(), since))
        && (text == null || letter.contains(text))
        && headers.entrySet().stream()
            .allMatch(wanted -> {
              Object value = letter.headers().get(wanted.getKey());
              return value != null && wanted.getValue().equals(value.toString());
            });
  }

  /** Whether a letter at {@code position} can be meant. */
  boolean mayMean(int position) {
    return positions.isEmpty() || positions.contains(position);
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
    if (looksInside()) {
      return lastPosition();
    }
    return positions.isEmpty()
        ? most
        : positions.stream().sorted().skip(Math.min(most, positions.size()) - 1L).findFirst().get();
  }

  /** Whether more than the position of a letter tells whether it is meant. */
  public boolean looksInside() {
    return !equals(new DeadLetterFilter(positions, Set.of(), null, null, null, null, Map.of()));
  }

  private static boolean diedSince(@Nullable String at, Instant since) {
    try {
      return at != null && !Instant.parse(at).isBefore(since);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
