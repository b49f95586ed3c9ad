package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what is the matter when the client drops the connection because of one message that is too
 * large: the client itself names neither the queue nor a way out.
 */
final class LimitedSubscription implements Subscription {
  /** The client's own words; a test holds them against the client. */
  private static final Pattern TOO_LARGE =
      Pattern.compile("Message body is too large \\((\\d+)\\), maximum configured size is (\\d+)");

  private static final long MEGABYTE = 1024 * 1024;

  private final String queue;
  private final Subscription subscription;

  LimitedSubscription(String queue, Subscription subscription) {
    this.queue = queue;
    this.subscription = subscription;
  }

  @Override
  public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
    try {
      return subscription.poll(max, wait);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void settle(List<Delivery> batch) {
    try {
      subscription.settle(batch);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void settleOne(Delivery delivery) {
    try {
      subscription.settleOne(delivery);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void leave(Delivery delivery) {
    subscription.leave(delivery);
  }

  @Override
  public Receipt receipt() {
    try {
      return subscription.receipt();
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void close() {
    subscription.close();
  }

  private MessagingException explained(MessagingException e) {
    Matcher tooLarge = TOO_LARGE.matcher(e.detail());
    if (!tooLarge.find()) {
      return e;
    }
    long bytes = Long.parseLong(tooLarge.group(1));
    String way =
        bytes < RabbitBroker.MOST_MESSAGE_BYTES
            ? ", or start this program with a heap (-Xmx) of %d MB"
                .formatted(bytes * RabbitBroker.HEAP_SHARE / MEGABYTE + 1)
            : "";
    return new MessagingException(
        "%s is held up: a message at its head has %s bytes, more than the %s that fit here;"
                .formatted(queue, tooLarge.group(1), tooLarge.group(2))
            + " take it out with the broker's own tools"
            + way,
        e,
        true);
  }
}
