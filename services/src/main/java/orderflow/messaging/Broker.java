package orderflow.messaging;

import java.time.Duration;
import java.util.List;

/**
 * Opens publishers and consumers, each on its own connection: a broker alarm blocks every
 * connection that publishes, including its acks. There is no automatic recovery: close the failed
 * object and open a new one. Thread-safe; the opened objects are for one thread each.
 */
public interface Broker {
  /**
   * @param confirmTimeout after which a channel without a confirm counts as lost
   * @throws MessagingException when the broker is not reachable or refuses
   */
  Publisher openPublisher(Duration confirmTimeout);

  /**
   * @param queue one of {@link Topology}'s
   * @param prefetch how many deliveries may be unacknowledged
   * @throws MessagingException when the broker is not reachable or refuses
   */
  Subscription subscribe(String queue, int prefetch);

  /**
   * Declares the topology and opens its check.
   *
   * @throws MessagingException when the broker is not reachable or refuses
   */
  default TopologyCheck openTopologyCheck() {
    return new TopologyCheck() {
      @Override
      public List<String> restore() {
        return List.of();
      }

      @Override
      public void close() {}
    };
  }

  /** The address without credentials. */
  String address();
}
