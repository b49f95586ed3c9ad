package orderflow.messaging;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.List;
import orderflow.messaging.Topology.QueueType;

/** Checks with passive declarations, which cost the broker no write and no log line. */
final class RabbitTopologyCheck implements TopologyCheck {
  private static final int CLOSE_MILLIS = 3_000;

  private final Connection connection;
  private final QueueType queueType;
  private final QueueHistory history;
  private final boolean mayDeclare;

  /**
   * @param mayDeclare whether the user was allowed to declare everything
   */
  RabbitTopologyCheck(
      Connection connection, QueueType queueType, QueueHistory history, boolean mayDeclare) {
    this.connection = connection;
    this.queueType = queueType;
    this.history = history;
    this.mayDeclare = mayDeclare;
  }

  @Override
  public List<String> restore() {
    try {
      TopologyDeclarer.restore(connection, queueType, history, mayDeclare);
      return history.takeLost();
    } catch (IOException | AlreadyClosedException e) {
      throw AmqpErrors.failure("checking the topology", e);
    }
  }

  @Override
  public void close() {
    connection.abort(CLOSE_MILLIS);
  }
}
