package orderflow.cli.prove.scenario;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.ServiceClients;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;

/** Three fake services with canned HTTP responses, and a broker. */
public final class FaultyServices implements TestEnvironment {
  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final RabbitBroker broker;
  private final ServiceClients clients;

  public FaultyServices(String brokerUri) throws IOException {
    broker = new RabbitBroker(BrokerSettings.of(URI.create(brokerUri), "test"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String answer = answers.get(exchange.getRequestURI().getPath());
            byte[] body = String.valueOf(answer).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    clients =
        new ServiceClients(
            new Services(
                Map.of(
                    ServiceName.ORDER, base,
                    ServiceName.INVENTORY, base,
                    ServiceName.NOTIFICATION, base),
                ServiceAccess.OPEN));
  }

  /**
   * @param json in single quotes
   */
  public FaultyServices answer(String path, String json) {
    answers.put(path, json.replace('\'', '"'));
    return this;
  }

  @Override
  public String description() {
    return "for a test";
  }

  @Override
  public RabbitBroker broker() {
    return broker;
  }

  @Override
  public ServiceClients services() {
    return clients;
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return Optional.of("nothing can be done to these");
  }

  @Override
  public void inject(EnvironmentFault fault) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void heal(EnvironmentFault fault) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    clients.close();
    server.stop(0);
  }
}
