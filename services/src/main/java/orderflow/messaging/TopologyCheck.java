package orderflow.messaging;

import java.util.List;

/**
 * Keeps the contract's exchanges, queues and bindings in place, on a connection of its own: an
 * alarm of the broker does not block it, and what the broker refuses disturbs nobody else. Belongs
 * to one thread. After a {@link MessagingException} it is of no more use.
 */
public interface TopologyCheck extends AutoCloseable {
  /**
   * Declares what is missing. Where the user may not declare, sees whether it is there.
   *
   * @return the queues that this process had seen and that were missing since the last call, once
   *     for each time
   * @throws MessagingException when the connection is lost, the broker refuses, or something is
   *     missing that the user may not declare
   */
  List<String> restore();

  /** Never throws. */
  @Override
  void close();
}
