package orderflow.badinput;

import java.time.Duration;
import orderflow.messaging.Broker;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/** A broker that is unreachable at first. Thread-safe. */
final class LateBroker implements Broker {
  private volatile @Nullable Broker arrived;

  void arrive(Broker broker) {
    arrived = broker;
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    return reached().openPublisher(confirmTimeout);
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    return reached().subscribe(queue, prefetch);
  }

  @Override
  public String address() {
    return "amqp://late";
  }

  private Broker reached() {
    Broker broker = arrived;
    if (broker == null) {
      throw new MessagingException("no broker answers yet");
    }
    return broker;
  }
}
