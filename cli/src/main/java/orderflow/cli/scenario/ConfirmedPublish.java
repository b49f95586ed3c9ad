package orderflow.cli.scenario;

import java.time.Duration;
import java.util.List;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;

/** Publishes a few messages, and knows how far it got when a fault ends it. Used by one thread. */
final class ConfirmedPublish {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final int all;
  private final List<Message> messages;
  private int published;
  private int confirmed;

  ConfirmedPublish(List<Message> messages) {
    this.messages = messages;
    this.all = messages.size();
  }

  /**
   * @param limit for the confirms
   * @throws MessagingException when the broker is lost or refuses one
   */
  void run(RabbitBroker broker, Duration limit) throws InterruptedException {
    try (Publisher publisher = broker.openPublisher(limit)) {
      for (Message message : messages) {
        publisher.publish(published, message);
        published++;
      }
      long deadline = System.nanoTime() + limit.toNanos();
      while (publisher.outstanding() > 0) {
        confirmed += publisher.confirmed(PAUSE).length;
        if (System.nanoTime() - deadline > 0) {
          throw new MessagingException("the broker does not confirm; it may block publishers");
        }
      }
    }
  }

  /** What to tell of {@code failure}: the failure alone before anything was published. */
  RuntimeException explained(MessagingException failure) {
    int open = published - confirmed;
    return published == 0
        ? failure
        : new CommandFailure(
            ExitCode.PARTIAL,
            failure.detail()
                + "; %d of %d messages were published and confirmed".formatted(confirmed, all)
                + (open > 0 ? ", and %d more may have arrived".formatted(open) : "")
                + "; what became of them is not known",
            failure);
  }
}
