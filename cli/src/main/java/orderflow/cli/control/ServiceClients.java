package orderflow.cli.control;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import orderflow.cli.CommandFailure;
import orderflow.cli.ExitCode;
import orderflow.cli.client.InventoryClient;
import orderflow.cli.client.NotificationClient;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceName;

/** The three services as they are met over HTTP, and how they are. */
final class ServiceClients implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private final Map<ServiceName, URI> urls;
  private final HttpClient http = HttpClient.newHttpClient();
  private final OrderClient orders;
  private final InventoryClient inventory;
  private final NotificationClient notifications;

  ServiceClients(Map<ServiceName, URI> urls) {
    this.urls = Map.copyOf(urls);
    this.orders = new OrderClient(url(ServiceName.ORDER));
    this.inventory = new InventoryClient(url(ServiceName.INVENTORY));
    this.notifications = new NotificationClient(url(ServiceName.NOTIFICATION));
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

  private URI url(ServiceName name) {
    return Objects.requireNonNull(urls.get(name));
  }

  /**
   * Waits until all three can do their work.
   *
   * @throws CommandFailure naming the one that cannot within {@code limit}
   */
  void awaitReady(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (ServiceName name : ServiceName.values()) {
      while (status(name, "/health/ready") != 200) {
        requireTime(deadline, name + " service is not ready within " + limit.toSeconds() + " s");
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
    while (status(name, "/health/live") == 200) {
      requireTime(deadline, name + " service still answers after " + limit.toSeconds() + " s");
      Thread.sleep(POLL);
    }
  }

  private static void requireTime(long deadline, String otherwise) {
    if (System.nanoTime() - deadline > 0) {
      throw new CommandFailure(ExitCode.UNREACHABLE, "the " + otherwise);
    }
  }

  /** 0 when nobody answers. */
  private int status(ServiceName name, String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url(name).resolve(path)).timeout(ANSWER_LIMIT).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    orders.close();
    inventory.close();
    notifications.close();
    http.shutdownNow();
  }
}
