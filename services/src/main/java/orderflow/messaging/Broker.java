package orderflow.messaging;

import java.time.Duration;
import java.util.List;

/**
 * Opens the kinds of channel the flow needs, each on a connection of its own: a broker alarm stalls
 * everything on a connection that publishes, acknowledgements included, so the two never share one.
 * Nothing that is opened here recovers by itself: when it fails, close it and open anew.
 *
 * <p>Thread-safe; what it opens belongs to one thread.
 */
public interface Broker {
  /**
   * @param confirmTimeout how long a confirm may be outstanding before the channel counts as lost
   * @throws MessagingException when the broker is not reachable or refuses
   */
  Publisher openPublisher(Duration confirmTimeout);

  /**
   * @param queue one of {@link Topology}'s
   * @param prefetch how many deliveries may be unacknowledged at a time
   * @throws MessagingException when the broker is not reachable or refuses
   */
  Subscription subscribe(String queue, int prefetch);

  /**
   * Declares the topology, and gives what keeps it in place.
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

  /** Where it is, without credentials, for people to read. */
  String address();
}
