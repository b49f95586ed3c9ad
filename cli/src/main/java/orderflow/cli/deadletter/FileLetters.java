package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.Subscription;

/** Letters that were exported, in the place of a queue; nothing is removed from the file. */
final class FileLetters implements Subscription {
  private final Iterator<DeadLetterFile.Line> lines;
  private final Map<Long, DeadLetterFile.Line> polled = new LinkedHashMap<>();

  FileLetters(Iterator<DeadLetterFile.Line> lines) {
    this.lines = lines;
  }

  /** Where {@code letter}, which was polled, lay in its queue; to be asked once. */
  int position(Delivery letter) {
    return Objects.requireNonNull(polled.remove(letter.tag())).position();
  }

  /** Those whose position was not asked for. */
  Iterator<DeadLetterFile.Line> rest() {
    return Stream.concat(
            polled.values().stream(),
            StreamSupport.stream(Spliterators.spliteratorUnknownSize(lines, 0), false))
        .iterator();
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) {
    List<Delivery> batch = new ArrayList<>();
    while (batch.size() < max && lines.hasNext()) {
      DeadLetterFile.Line line = lines.next();
      polled.put(line.letter().tag(), line);
      batch.add(line.letter());
    }
    return batch;
  }

  @Override
  public void ackAll(List<Delivery> batch) {}

  @Override
  public void ack(Delivery delivery) {}

  @Override
  public void prefetch(int prefetch) {}

  @Override
  public AckBarrier ackBarrier() {
    return () -> true;
  }

  @Override
  public void close() {}
}
