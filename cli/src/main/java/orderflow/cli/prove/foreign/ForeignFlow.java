package orderflow.cli.prove.foreign;

import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.client.Services;

/**
 * The services of a flow that are not ours. A role without one is played by our own service.
 *
 * @param brokerComposeService the broker's name in the compose file
 */
public record ForeignFlow(Map<ServiceName, ForeignService> services, String brokerComposeService) {
  /** Every service is our own. */
  public static final ForeignFlow NONE = new ForeignFlow(Map.of(), "rabbitmq");

  public ForeignFlow {
    services = Map.copyOf(services);
  }

  /** The service's name in the compose file. */
  public String composeService(ServiceName name) {
    return service(name).flatMap(ForeignService::composeService).orElse(name + "_service");
  }

  /** The addresses of {@code given}, and instead of them those of this flow. */
  public Services addresses(Services given) {
    Map<ServiceName, URI> urls = new EnumMap<>(given.urls());
    services.forEach(
        (name, service) -> service.url().ifPresent(url -> urls.put(name, URI.create(url))));
    return new Services(urls, given.sources(), given.access());
  }

  public Optional<ForeignService> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }
}
