package orderflow.cli.prove.scenario;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;

/** Readers of the log lines of all services whose log is read. */
final class OrderLogs implements AutoCloseable {
  private final Map<ServiceName, OrderLogReader> readers = new EnumMap<>(ServiceName.class);

  OrderLogs(TestEnvironment environment, OrderIds ids, String run, HistoryWriter history) {
    for (ServiceName service : ServiceName.values()) {
      environment
          .view(service)
          .log()
          .ifPresent(
              log -> readers.put(service, new OrderLogReader(service, log, ids, run, history)));
    }
  }

  Optional<OrderLogReader> of(ServiceName service) {
    return Optional.ofNullable(readers.get(service));
  }

  /** Records all lines that are complete by now. */
  void readAll() throws InterruptedException {
    for (OrderLogReader reader : readers.values()) {
      reader.readAll();
    }
  }

  @Override
  public void close() {
    readers.values().forEach(OrderLogReader::close);
  }
}
