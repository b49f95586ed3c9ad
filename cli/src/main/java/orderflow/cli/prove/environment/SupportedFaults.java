package orderflow.cli.prove.environment;

import java.util.Optional;
import java.util.function.Predicate;
import orderflow.cli.client.ServiceName;

/**
 * The faults that can be injected into child processes on this machine.
 *
 * @param isOwn whether a service is ours
 */
record SupportedFaults(
    BrokerControl broker,
    FaultyDisk orderDisk,
    LibraryFaults library,
    Predicate<ServiceName> isOwn) {
  /** Why {@code fault} cannot be injected; empty when it can. */
  Optional<String> unsupported(EnvironmentFault fault) {
    return onlyOfOurOwn(fault)
        .filter(isOwn.negate())
        .map(service ->
            "%s: needs our own %s service, with its database and health checks"
                .formatted(fault.description(), service))
        .or(() -> unsupportedHere(fault));
  }

  /** The service whose database or failpoints it uses, or that must report it. */
  private static Optional<ServiceName> onlyOfOurOwn(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.CrashLoop(var service, _) -> Optional.of(service);
      case EnvironmentFault.CrashAt crash -> Optional.of(crash.service());
      case EnvironmentFault.StoreFull(var service) -> Optional.of(service);
      case EnvironmentFault.StoreFrozen(var service) -> Optional.of(service);
      case EnvironmentFault.StoreLocked(var service) -> Optional.of(service);
      case EnvironmentFault.Configured(var service, _, _) -> Optional.of(service);
      case EnvironmentFault.OfLibrary made -> Optional.of(made.service());
      case EnvironmentFault.Alarm _ -> Optional.of(ServiceName.ORDER);
      case EnvironmentFault.QueueFull _, EnvironmentFault.DeliveryLimit _ ->
          Optional.of(ServiceName.INVENTORY);
      default -> Optional.empty();
    };
  }

  private Optional<String> unsupportedHere(EnvironmentFault fault) {
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
