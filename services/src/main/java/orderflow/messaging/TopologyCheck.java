package orderflow.messaging;

import java.util.List;

/**
 * Restores the topology on its own connection, so that alarms and refusals do not affect others.
 * For one thread. After a {@link MessagingException} it cannot be used.
 */
public interface TopologyCheck extends AutoCloseable {
  /**
   * Declares missing parts, or checks for them where the user may not declare.
   *
   * @return queues that existed before and were found missing since the last call
   * @throws MessagingException when the connection is lost, the broker refuses, or something is
   *     missing that the user may not declare
   */
  List<String> restore();

  /** Never throws. */
  @Override
  void close();
}
