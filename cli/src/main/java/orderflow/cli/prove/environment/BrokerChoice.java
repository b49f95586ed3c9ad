package orderflow.cli.prove.environment;

import java.net.URI;
import java.util.List;
import java.util.Map;
import orderflow.messaging.RabbitBroker;

/** The broker of the environment. */
public sealed interface BrokerChoice {
  /** The durable embedded broker as a child process. */
  record Embedded() implements BrokerChoice {}

  /** A private node of the RabbitMQ that is installed here. */
  record Rabbit(Map<String, String> environment) implements BrokerChoice {}

  /**
   * A broker that is running already.
   *
   * @param broker a client of it
   * @param options of the services for it, apart from its address
   */
  record External(URI uri, RabbitBroker broker, List<String> options) implements BrokerChoice {}
}
