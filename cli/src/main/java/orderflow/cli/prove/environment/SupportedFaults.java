package orderflow.cli.prove.environment;

import java.util.Optional;
import orderflow.cli.client.ServiceName;

/** The faults that can be injected into child processes on this machine. */
record SupportedFaults(BrokerControl broker, FaultyDisk orderDisk, LibraryFaults library) {
  /** Why {@code fault} cannot be injected; empty when it can. */
  Optional<String> unsupported(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Stopped _,
          EnvironmentFault.Killed _,
          EnvironmentFault.CrashAt _,
          EnvironmentFault.Configured _ ->
          Optional.empty();
      case EnvironmentFault.OfLibrary _ -> library.unsupported();
      case EnvironmentFault.CrashLoop(var service, _) -> lockUnsupported(service);
      case EnvironmentFault.StoreLocked(var service) -> lockUnsupported(service);
      case EnvironmentFault.Paused _ -> ChildProcess.pauseUnsupported();
      case EnvironmentFault.Network _ ->
          broker.uri().getScheme().equals("amqps")
              ? Optional.of("there is no proxy in front of a broker with TLS")
              : Optional.empty();
      case EnvironmentFault.StoreFull(var service) ->
          service == ServiceName.ORDER
              ? orderDisk.fillUnsupported()
              : Optional.of("only the order service has a disk that can be filled");
      case EnvironmentFault.StoreFrozen(var service) ->
          service == ServiceName.ORDER
              ? orderDisk.freezeUnsupported()
              : Optional.of("only the order service has a disk that can be frozen");
      case EnvironmentFault.OfBroker _ -> broker.unsupported(fault);
    };
  }

  private static Optional<String> lockUnsupported(ServiceName service) {
    return service == ServiceName.INVENTORY
        ? Optional.empty()
        : Optional.of("only inventory's database is locked");
  }
}
