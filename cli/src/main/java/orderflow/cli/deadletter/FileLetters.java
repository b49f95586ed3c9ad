package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import orderflow.messaging.Delivery;
import orderflow.messaging.Receipt;
import orderflow.messaging.Subscription;

/** Letters that were exported, in the place of a queue; nothing is removed from the file. */
final class FileLetters implements Subscription {
  private final Iterator<Delivery> letters;

  FileLetters(Iterator<Delivery> letters) {
    this.letters = letters;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) {
    List<Delivery> batch = new ArrayList<>();
    while (batch.size() < max && letters.hasNext()) {
      batch.add(letters.next());
    }
    return batch;
  }

  @Override
  public void settle(List<Delivery> batch) {}

  @Override
  public void settleOne(Delivery delivery) {}

  @Override
  public Receipt receipt() {
    return () -> true;
  }

  @Override
  public void close() {}
}
