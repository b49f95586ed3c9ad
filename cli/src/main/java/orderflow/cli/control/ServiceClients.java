package orderflow.cli.control;

import java.time.Duration;
import java.util.List;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;

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
   * @throws CommandFailure naming the one that cannot within {@code limit}
   */
  void awaitReady(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (HealthClient service : health) {
      while (!service.readiness().ready()) {
        requireTime(
            deadline, service.name() + " service is not ready within " + limit.toSeconds() + " s");
        Thread.sleep(POLL);
      }
    }
  }

  /**
   * Waits until {@code name} does not answer any more.
   *
   * @throws CommandFailure when it still does after {@code limit}
   */
  void awaitGone(ServiceName name, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    HealthClient service =
        health.stream().filter(client -> client.name() == name).findFirst().orElseThrow();
    while (service.readiness().reachable()) {
      requireTime(deadline, name + " service still answers after " + limit.toSeconds() + " s");
      Thread.sleep(POLL);
    }
  }

  private static void requireTime(long deadline, String otherwise) {
    if (System.nanoTime() - deadline > 0) {
      throw new CommandFailure(ExitCode.UNREACHABLE, "the " + otherwise);
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
