package orderflow.cli.prove.environment;

import java.net.URI;
import java.util.Optional;
import orderflow.messaging.BrokerAddress;

/** A broker that is running already; no fault of the broker can be injected. */
record ExternalBroker(URI uri) implements BrokerControl {
  @Override
  public String description() {
    return "the broker at " + BrokerAddress.of(uri).host();
  }

  @Override
  public Optional<String> unsupported(EnvironmentFault fault) {
    return Optional.of("verify does not control this broker: no " + fault.description());
  }

  @Override
  public void inject(EnvironmentFault fault) {
    throw new IllegalArgumentException(fault.description());
  }

  @Override
  public void heal(EnvironmentFault fault) {}

  @Override
  public void close() {}
}
