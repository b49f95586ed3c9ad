package orderflow.cli.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters; a message must meet every criterion that is given.
 *
 * @param positions in the queue, from 1; empty for all
 * @param ids beginnings of {@link DeadLetterInfo#id}; empty for all
 * @param reason {@link CauseGroups#UNKNOWN} for messages without one
 * @param since dead-lettered then or later; a message without that time is not selected
 * @param text a part of the body or of the detail
 * @param headers these must be present with these values, compared as text
 * @param limit how many at most
 * @param newest whether {@code limit} counts from the tail instead of the head
 */
public record DeadLetterFilter(
    Set<Integer> positions,
    Set<String> ids,
    @Nullable String reason,
    @Nullable String orderId,
    @Nullable Instant since,
    @Nullable String text,
    Map<String, String> headers,
    long limit,
    boolean newest) {
  public DeadLetterFilter {
    positions = Set.copyOf(positions);
    ids = Set.copyOf(ids);
    headers = Map.copyOf(headers);
  }

  private DeadLetterFilter byPositionOnly() {
    return new DeadLetterFilter(
        positions, Set.of(), null, null, null, null, Map.of(), limit, newest);
  }

  /** All messages as far as a planner that filters by itself has to look. */
  DeadLetterFilter toLookAt() {
    long reach = reach();
    return new DeadLetterFilter(Set.of(), Set.of(), null, null, null, null, Map.of(), reach, false);
  }

  /** Whether every message is selected. */
  public boolean selectsAll() {
    return positions.isEmpty() && limit == Long.MAX_VALUE && !readsContent();
  }

  /** Whether messages must be read to know whether they are selected. */
  public boolean readsContent() {
    return !equals(byPositionOnly());
  }

  /** Whether the selection changes when other clients remove messages. */
  public boolean dependsOnPosition() {
    return !positions.isEmpty() || limit < Long.MAX_VALUE;
  }

  public boolean matches(DeadLetterInfo info) {
    return matchesPosition(info.position())
        && (ids.isEmpty() || ids.stream().anyMatch(info.id()::startsWith))
        && (reason == null || reason.equals(info.reasonOrUnknown()))
        && (orderId == null || orderId.equals(info.orderId()))
        && (since == null || isSince(info.at(), since))
        && (text == null || info.contains(text))
        && headers.entrySet().stream()
            .allMatch(wanted -> {
              Object value = info.headers().get(wanted.getKey());
              return value != null && wanted.getValue().equals(value.toString());
            });
  }

  boolean matchesPosition(int position) {
    return positions.isEmpty() || positions.contains(position);
  }

  /** The last position that can be selected. */
  public int lastPosition() {
    return positions.stream().mapToInt(Integer::intValue).max().orElse(Integer.MAX_VALUE);
  }

  /** How many messages from the head have to be read at most. */
  public long reach() {
    if (newest || readsContent() || limit == Long.MAX_VALUE) {
      return lastPosition();
    }
    return positions.isEmpty()
        ? Math.min(limit, Integer.MAX_VALUE)
        : positions.stream().sorted().limit(limit).mapToInt(Integer::intValue).max().orElse(0);
  }

  /** How many of {@code depth} messages can be selected at most. */
  public long most(long depth) {
    return Math.min(
        Math.min(depth, limit), positions.isEmpty() ? Long.MAX_VALUE : positions.size());
  }

  private static boolean isSince(@Nullable String at, Instant since) {
    try {
      return at != null && !Instant.parse(at).isBefore(since);
    } catch (DateTimeException e) {
      return false;
    }
  }
}
