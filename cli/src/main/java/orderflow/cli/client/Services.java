package orderflow.cli.client;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where the three services are, and how clients are let in. Whoever asks for a client closes it.
 *
 * @param urls of each service
 * @param named how each address was given, for the message when none can be there
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

  /** Where one is. */
  public URI url(ServiceName name) {
    return Objects.requireNonNull(urls.get(name));
  }

  private URI checkedUrl(ServiceName name) {
    URI url = url(name);
    JsonClient.requireUsable(sources.getOrDefault(name, name.option()), url);
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

  /** One for each service, in the order in which they start. */
  public Stream<HealthClient> health() {
    return Stream.of(ServiceName.values()).map(this::health);
  }
}
