package orderflow.cli.prove.environment;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;

/** HTTP clients of the three services, and waits for their health. */
public final class ServiceClients implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final Services addresses;
  private final List<HealthClient> health;
  private final OrderClient orders;
  private final InventoryClient inventory;
  private final NotificationClient notifications;

  public ServiceClients(Services addresses) {
    this.addresses = addresses;
    this.health = addresses.health().toList();
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

  HealthClient health(ServiceName service) {
    return addresses.health(service);
  }

  /**
   * Waits until all three are ready.
   *
   * @param alive called for a service that is not ready; throws when it never will be
   * @throws CliException with {@code exitCode}, naming the service and the reason
   */
  void awaitReady(Duration limit, Consumer<ServiceName> alive, ExitCode exitCode)
      throws InterruptedException {
    var deadline = new Deadline(limit);
    for (HealthClient service : health) {
      HealthClient.Readiness readiness = service.readiness();
      while (!readiness.ready()) {
        alive.accept(service.name());
        if (deadline.isOver()) {
          throw new CliException(
              exitCode,
              "the %s service is not ready within %s: %s"
                  .formatted(
                      service.name(),
                      deadline.waited(),
                      readiness.reachable()
                          ? readiness.checks()
                          : service.shorten(readiness.problem())));
        }
        Thread.sleep(POLL);
        readiness = service.readiness();
      }
    }
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
    health.forEach(HealthClient::close);
  }
}
