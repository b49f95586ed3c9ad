package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import orderflow.messaging.Delivery;
import orderflow.messaging.Receipt;
import orderflow.messaging.Subscription;

/** Letters that were exported, in the place of a queue; nothing is removed from the file. */
final class FileLetters implements Subscription {
  private final Iterator<LetterFile.Line> lines;
  private final Map<Long, Integer> positions = new HashMap<>();

  FileLetters(Iterator<LetterFile.Line> lines) {
    this.lines = lines;
  }

  /** Where {@code letter}, which was polled, lay in its queue; to be asked once. */
  int position(Delivery letter) {
    return Objects.requireNonNull(positions.remove(letter.tag()));
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) {
    List<Delivery> batch = new ArrayList<>();
    while (batch.size() < max && lines.hasNext()) {
      LetterFile.Line line = lines.next();
      positions.put(line.letter().tag(), line.position());
      batch.add(line.letter());
    }
    return batch;
  }

  @Override
  public void settle(List<Delivery> batch) {}

  @Override
  public void settleOne(Delivery delivery) {}

  @Override
  public void prefetch(int prefetch) {}

  @Override
  public Receipt receipt() {
    return () -> true;
  }

  @Override
  public void close() {}
}
