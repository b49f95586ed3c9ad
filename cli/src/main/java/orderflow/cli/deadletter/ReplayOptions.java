package orderflow.cli.deadletter;

import java.util.Optional;
import orderflow.cli.load.Rate;
import org.jspecify.annotations.Nullable;

/**
 * How dead letters are replayed.
 *
 * @param to a queue to send to; null for where each came from
 * @param patch for each body
 * @param editor in which the user changes each body
 * @param checks whether messages that would be dead-lettered again are refused
 * @param dryRun whether only to report what would be sent
 */
public record ReplayOptions(
    DeadLetterFilter filter,
    Rate rate,
    @Nullable String to,
    BodyPatch patch,
    Optional<Editor> editor,
    boolean checks,
    boolean dryRun) {
  boolean edits() {
    return editor.isPresent() && !dryRun;
  }
}
