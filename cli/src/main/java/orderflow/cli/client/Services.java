package orderflow.cli.client;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Addresses of the three services and the access to them. The caller closes the clients.
 *
 * @param sources of the addresses, for error messages
 */
public record Services(
    Map<ServiceName, URI> urls, Map<ServiceName, String> sources, ServiceAccess access) {
  public Services {
    urls = Map.copyOf(urls);
    sources = Map.copyOf(sources);
  }

  public Services(Map<ServiceName, URI> urls, ServiceAccess access) {
    this(urls, Map.of(), access);
  }

  public URI url(ServiceName name) {
    return Objects.requireNonNull(urls.get(name));
  }

  private URI checkedUrl(ServiceName name) {
    URI url = url(name);
    ServiceClient.requireUsable(sources.getOrDefault(name, name.option()), url);
    return url;
  }

  public OrderClient orders() {
    return new OrderClient(checkedUrl(ServiceName.ORDER), access);
  }

  public InventoryClient inventory() {
    return new InventoryClient(checkedUrl(ServiceName.INVENTORY), access);
  }

  public NotificationClient notifications() {
    return new NotificationClient(checkedUrl(ServiceName.NOTIFICATION), access);
  }

  public HealthClient health(ServiceName name) {
    return new HealthClient(name, checkedUrl(name), access);
  }

  /** One client per service, in the order of the flow. */
  public Stream<HealthClient> health() {
    return Stream.of(ServiceName.values()).map(this::health);
  }
}
