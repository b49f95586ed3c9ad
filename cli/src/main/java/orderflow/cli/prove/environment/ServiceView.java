package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import orderflow.cli.prove.foreign.ForeignService;
import orderflow.cli.prove.foreign.ForeignService.Ready;

/**
 * What can be observed of a service, beside broker traffic.
 *
 * @param lists whether it has our listing endpoints
 * @param reports whether it has our health checks and metrics
 * @param showsConnection whether it is not ready without a connection to the broker
 * @param log its log lines about orders, where they are read
 */
public record ServiceView(
    boolean lists, boolean reports, boolean showsConnection, Optional<OrderLog> log) {
  /** Of our own services. */
  public static final ServiceView OWN = new ServiceView(true, true, true, Optional.empty());

  /**
   * @param log the file with its output, if there is one
   */
  static ServiceView of(ForeignService service, Optional<Path> log) {
    return new ServiceView(
        service.lists(),
        false,
        service.ready() instanceof Ready.Consumers,
        log.flatMap(file -> service.logLine().map(line -> new OrderLog(file, line))));
  }

  ServiceView withLog(OrderLog lines) {
    return new ServiceView(lists, reports, showsConnection, Optional.of(lines));
  }

  /**
   * Log lines about orders.
   *
   * @param line matches a line about an order; its first group is the order id
   */
  public record OrderLog(Path file, Pattern line) {}
}
