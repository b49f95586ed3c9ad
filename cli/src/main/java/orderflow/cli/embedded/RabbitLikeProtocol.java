package orderflow.cli.embedded;

import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Transport;
import org.apache.qpid.server.model.port.AmqpPort;
import org.apache.qpid.server.protocol.v0_8.ProtocolEngineCreator_0_9_1;
import org.apache.qpid.server.transport.AggregateTicker;
import org.apache.qpid.server.transport.ProtocolEngine;
import org.apache.qpid.server.transport.ServerNetworkConnection;

/** AMQP 0-9-1 with {@link RabbitLikeConnection}s. Loaded by Qpid, named in {@code services/}. */
public final class RabbitLikeProtocol extends ProtocolEngineCreator_0_9_1 {
  /** For Qpid's service loader. */
  public RabbitLikeProtocol() {}

  @Override
  public ProtocolEngine newProtocolEngine(
      Broker<?> broker,
      ServerNetworkConnection network,
      AmqpPort<?> port,
      Transport transport,
      long id,
      AggregateTicker ticker) {
    RabbitLikeConnection connection =
        new RabbitLikeConnection(broker, network, port, transport, getVersion(), id, ticker);
    connection.create();
    return connection;
  }
}
