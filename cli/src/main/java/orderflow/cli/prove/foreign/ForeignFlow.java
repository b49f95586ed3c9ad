package orderflow.cli.prove.foreign;

import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.ServiceName;

/**
 * The services of a flow that are not ours. A role without one is played by our own service.
 *
 * @param brokerComposeService the broker's name in the compose file
 */
public record ForeignFlow(
    Map<ServiceName, ForeignService> services, Optional<String> brokerComposeService) {
  /** Every service is our own. */
  public static final ForeignFlow NONE = new ForeignFlow(Map.of(), Optional.empty());

  public ForeignFlow {
    services = Map.copyOf(services);
  }

  public Optional<ForeignService> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }
}
