package orderflow.cli.control;

import java.net.URI;
import java.util.Optional;
import orderflow.cli.scenario.Fault;
import orderflow.messaging.BrokerAddress;

/** A broker that somebody else runs: nothing can be done to it. */
record ForeignBroker(URI uri) implements BrokerControl {
  @Override
  public String description() {
    return "the broker at " + BrokerAddress.of(uri).host();
  }

  @Override
  public Optional<String> unable(Fault fault) {
    return Optional.of("somebody else runs the broker: no " + fault.description());
  }

  @Override
  public void inject(Fault fault) {
    throw new IllegalArgumentException(fault.description());
  }

  @Override
  public void heal(Fault fault) {}

  @Override
  public void close() {}
}
