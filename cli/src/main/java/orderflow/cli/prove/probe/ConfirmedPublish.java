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

/** Publishes messages, and counts the confirmed ones in case of an error. For one thread. */
public final class ConfirmedPublish {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<Message> messages;
  private int published;
  private int confirmed;
  private final List<String> refused = new ArrayList<>();

  /**
   * @param messages all for the same exchange
   */
  public ConfirmedPublish(List<Message> messages) {
    this.messages = messages;
  }

  /**
   * Returns once all are confirmed.
   *
   * @throws MessagingException when the connection is lost, a message refused or not confirmed
   */
  public void run(RabbitBroker broker) throws InterruptedException {
    try (Publisher publisher = broker.openPublisher(CONFIRM_TIMEOUT)) {
      for (Message message : messages) {
        while (publisher.remainingCapacity() == 0) {
          collect(publisher.confirms(PAUSE));
        }
        publisher.publish(published, message);
        published++;
      }
      long deadline = System.nanoTime() + CONFIRM_TIMEOUT.toNanos();
      while (publisher.outstanding() > 0) {
        collect(publisher.confirms(PAUSE));
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

  private void collect(Publisher.Confirms answers) {
    confirmed += answers.confirmed().length;
    answers.refused().forEach(refusal -> refused.add(refusal.reason()));
  }

  /** Adds to {@code failure} how many messages were published, if any. */
  RuntimeException explained(MessagingException failure) {
    if (published == 0) {
      return failure;
    }
    int open = published - confirmed - refused.size();
    // The exchange is the same for all, so none was published when the broker refuses it.
    boolean isNone =
        confirmed == 0
            && (open == 0
                || failure.kind() == Kind.ACCESS_REFUSED
                || failure.kind() == Kind.NOT_FOUND);
    return new CliException(
        ExitCode.PARTIAL,
        failure.detail() + "; " + (isNone ? "nothing was published" : counted(open)),
        failure);
  }

  private String counted(int open) {
    return "%d of %d messages were published and confirmed".formatted(confirmed, messages.size())
        + (refused.isEmpty() ? "" : ", the broker refused %d".formatted(refused.size()))
        + (open > 0 ? ", and %d more may have arrived".formatted(open) : "")
        + (confirmed + open > 0 ? "; their effects are unknown" : "");
  }
}
