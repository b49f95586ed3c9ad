package orderflow.cli.prove.environment;

import java.net.URI;
import java.time.Duration;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/** HTTP clients of the three services. */
public final class ServiceClients implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Services addresses;
  private final OrderClient orders;
  private final InventoryClient inventory;
  private final NotificationClient notifications;

  public ServiceClients(Services addresses) {
    this.addresses = addresses;
    this.orders = addresses.orders();
    this.inventory = addresses.inventory();
    this.notifications = addresses.notifications();
  }

  OrderClient orders() {
    return orders;
  }

  InventoryClient inventory() {
    return inventory;
  }

  NotificationClient notifications() {
    return notifications;
  }

  URI url(ServiceName service) {
    return addresses.url(service);
  }

  HealthClient health(ServiceName service) {
    return addresses.health(service);
  }

  /**
   * Waits until {@code name} no longer answers.
   *
   * @throws CliException when it still answers after {@code limit}
   */
  void awaitGone(ServiceName name, Duration limit) throws InterruptedException {
    var deadline = new Deadline(limit);
    try (HealthClient service = health(name)) {
      while (service.readiness().reachable()) {
        if (deadline.isOver()) {
          throw new CliException(
              ExitCode.UNREACHABLE,
              "the %s service still answers after %s".formatted(name, deadline.waited()));
        }
        Thread.sleep(POLL);
      }
    }
  }

  @Override
  public void close() {
    orders.close();
    inventory.close();
    notifications.close();
  }
}
