package orderflow.messaging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.messaging.MessagingException.Kind;

/**
 * Says what is the matter when the client drops the connection because of one message that is too
 * large: the client itself names neither the queue nor a way out.
 */
final class LimitedSubscription implements Subscription {
  /** The client's own words; a test holds them against the client. */
  private static final Pattern TOO_LARGE =
      Pattern.compile("Message body is too large \\((\\d+)\\), maximum configured size is (\\d+)");

  private static final long MEGABYTE = 1024 * 1024;

  /** One part in so many of a heap at most is what Java does not count as its memory. */
  private static final long NOT_TOLD = 10;

  private static final long HEAP_STEP = 64;

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
  public void ackAll(List<Delivery> batch) {
    try {
      subscription.ackAll(batch);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void ack(Delivery delivery) {
    try {
      subscription.ack(delivery);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public void release(Delivery delivery) {
    subscription.release(delivery);
  }

  @Override
  public void prefetch(int prefetch) {
    try {
      subscription.prefetch(prefetch);
    } catch (MessagingException e) {
      throw explained(e);
    }
  }

  @Override
  public Optional<String> deliveryLimitRisk() {
    return subscription.deliveryLimitRisk();
  }

  @Override
  public AckBarrier ackBarrier() {
    try {
      return subscription.ackBarrier();
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
    return new MessagingException(
        Kind.MESSAGE_TOO_LARGE,
        "%s is held up: a message at its head has %s bytes, more than the %s that fit here;"
                .formatted(queue, tooLarge.group(1), tooLarge.group(2))
            + " take it out with the broker's own tools"
            + wayOut(Long.parseLong(tooLarge.group(1)), Runtime.getRuntime().maxMemory()),
        e);
  }

  /**
   * What to do beside taking it out: a heap that it fits in, if that is more than there is.
   *
   * @param memory as Java tells it, which is a little less than the heap that it was given
   */
  static String wayOut(long bytes, long memory) {
    if (bytes >= RabbitBroker.MOST_MESSAGE_BYTES) {
      return "; no heap helps, as %d bytes are the most that this program takes"
          .formatted(RabbitBroker.MOST_MESSAGE_BYTES - 1);
    }
    long needed = bytes * RabbitBroker.HEAP_SHARE;
    return needed <= memory
        ? ""
        : ", or start this program with a heap (-Xmx) of %d MB"
            .formatted((needed + needed / NOT_TOLD) / MEGABYTE / HEAP_STEP * HEAP_STEP + HEAP_STEP);
  }
}
