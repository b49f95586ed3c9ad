package orderflow.cli.deadletter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import orderflow.messaging.Delivery;

/** The last letters of a look, as many as are wanted and fit into some memory. Not thread-safe. */
public final class NewestLetters {
  private static final long MOST_BYTES = 32L * 1024 * 1024;

  private final int most;
  private final Deque<Seen> seen = new ArrayDeque<>();
  private long bytes;
  private boolean cut;

  private record Seen(DeadLetterInfo view, Delivery letter) {}

  public NewestLetters(int most) {
    this.most = most;
  }

  public void add(DeadLetterInfo view, Delivery letter) {
    seen.addLast(new Seen(view, letter));
    bytes += letter.body().length;
    while (seen.size() > most || (bytes > MOST_BYTES && seen.size() > 1)) {
      cut |= seen.size() <= most;
      bytes -= seen.removeFirst().letter().body().length;
    }
  }

  public int size() {
    return seen.size();
  }

  /** Whether there were more that were wanted. */
  public boolean isCut() {
    return cut;
  }

  /** The newest first. */
  public void forEach(BiConsumer<DeadLetterInfo, Delivery> action) {
    seen.reversed().forEach(one -> action.accept(one.view(), one.letter()));
  }
}
