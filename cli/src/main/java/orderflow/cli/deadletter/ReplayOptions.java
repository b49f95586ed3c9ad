package orderflow.cli.deadletter;

import java.util.Optional;
import orderflow.cli.load.Rate;
import org.jspecify.annotations.Nullable;

/**
 * How dead letters are to be sent back.
 *
 * @param criteria which
 * @param most how many at most
 * @param newest whether those are the last that came, instead of the first
 * @param rate how fast
 * @param to a queue to send to instead of where each came from; null for that
 * @param amendment what to set in each body
 * @param editor in which a person changes each body
 * @param checks whether what would die again is refused
 * @param dryRun whether only to say what would be sent
 */
public record ReplayOptions(
    DeadLetterFilter criteria,
    long most,
    boolean newest,
    Rate rate,
    @Nullable String to,
    BodyPatch amendment,
    Optional<Editor> editor,
    boolean checks,
    boolean dryRun) {
  /** How many of {@code letters} can be meant. */
  public long most(long letters) {
    int positions = criteria.positions().size();
    return Math.min(Math.min(letters, most), positions == 0 ? Long.MAX_VALUE : positions);
  }
}
