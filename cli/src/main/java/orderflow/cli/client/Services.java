package orderflow.cli.client;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where the three services are, and how clients are let in. Whoever asks for a client closes it.
 *
 * @param urls of each service
 */
public record Services(Map<ServiceName, URI> urls, ServiceAccess access) {
  public Services {
    urls = Map.copyOf(urls);
  }

  /** Where one is. */
  public URI url(ServiceName name) {
    return Objects.requireNonNull(urls.get(name));
  }

  public OrderClient orders() {
    return new OrderClient(url(ServiceName.ORDER), access);
  }

  public InventoryClient inventory() {
    return new InventoryClient(url(ServiceName.INVENTORY), access);
  }

  public NotificationClient notifications() {
    return new NotificationClient(url(ServiceName.NOTIFICATION), access);
  }

  public HealthClient health(ServiceName name) {
    return new HealthClient(name, url(name), access);
  }

  /** One for each service, in the order in which they start. */
  public Stream<HealthClient> health() {
    return Stream.of(ServiceName.values()).map(this::health);
  }
}
