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

/** The three services as they are met over HTTP, and how they are. */
final class ServiceClients implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final List<HealthClient> health;
  private final OrderClient orders;
  private final InventoryClient inventory;
  private final NotificationClient notifications;

  ServiceClients(Services services) {
    this.health = services.health().toList();
    this.orders = services.orders();
    this.inventory = services.inventory();
    this.notifications = services.notifications();
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

  /**
   * Waits until all three can do their work.
   *
   * @param alive called for one that is not ready; throws when it never will be
   * @param exitCode of the failure
   * @throws CliException naming the one that cannot within {@code limit}, and why
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
   * Waits until {@code name} does not answer any more.
   *
   * @throws CliException when it still does after {@code limit}
   */
  void awaitGone(ServiceName name, Duration limit) throws InterruptedException {
    var deadline = new Deadline(limit);
    HealthClient service =
        health.stream().filter(client -> client.name() == name).findFirst().orElseThrow();
    while (service.readiness().reachable()) {
      if (deadline.isOver()) {
        throw new CliException(
            ExitCode.UNREACHABLE,
            "the %s service still answers after %s".formatted(name, deadline.waited()));
      }
      Thread.sleep(POLL);
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
