package orderflow.cli.prove.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.MessagingException.Kind;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;

/** Publishes a few messages, and knows how far it got when a fault ends it. Used by one thread. */
final class ConfirmedPublish {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<Message> messages;
  private int published;
  private int confirmed;
  private final List<String> refused = new ArrayList<>();

  /**
   * @param messages all for the same exchange
   */
  ConfirmedPublish(List<Message> messages) {
    this.messages = messages;
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
        Publisher.Confirms answers = publisher.confirms(PAUSE);
        confirmed += answers.confirmed().length;
        answers.refused().forEach(refusal -> refused.add(refusal.reason()));
        if (System.nanoTime() - deadline > 0) {
          throw new MessagingException(
              Kind.TIMEOUT, "the broker does not confirm; it may block publishers");
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new MessagingException(Kind.MESSAGE_REFUSED, refused.getFirst());
    }
  }

  /** What to tell of {@code failure}: the failure alone before anything was published. */
  RuntimeException explained(MessagingException failure) {
    if (published == 0) {
      return failure;
    }
    int open = published - confirmed - refused.size();
    // Nothing was confirmed, and all are for the exchange that the broker refuses.
    boolean isNone = confirmed == 0 && (open == 0 || isExchangeRefused(failure.kind()));
    return new CliException(
        ExitCode.PARTIAL,
        failure.detail() + "; " + (isNone ? "nothing was published" : counted(open)),
        failure);
  }

  private static boolean isExchangeRefused(Kind kind) {
    return kind == Kind.ACCESS_REFUSED || kind == Kind.NOT_FOUND;
  }

  private String counted(int open) {
    return "%d of %d messages were published and confirmed".formatted(confirmed, messages.size())
        + (refused.isEmpty() ? "" : ", the broker refused %d".formatted(refused.size()))
        + (open > 0 ? ", and %d more may have arrived".formatted(open) : "")
        + (confirmed + open > 0 ? "; what became of them is not known" : "");
  }
}
