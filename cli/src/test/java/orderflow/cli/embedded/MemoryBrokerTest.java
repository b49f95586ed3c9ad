package orderflow.cli.embedded;

/** The contract with everything in memory. */
final class MemoryBrokerTest extends BrokerContract {
  @Override
  EmbeddedBroker start() {
    return EmbeddedBroker.inMemory(0);
  }
}
