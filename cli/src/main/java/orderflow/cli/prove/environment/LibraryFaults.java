package orderflow.cli.prove.environment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault.OfLibrary;

/** Faults of service processes that preload the {@link FaultLibrary}. Not thread-safe. */
final class LibraryFaults {
  private final Path folder;
  private final Map<ServiceName, FaultLibrary> libraries = new EnumMap<>(ServiceName.class);

  /**
   * @param folder of the environment, with a folder for each service's data
   */
  LibraryFaults(Path folder) {
    this.folder = folder;
  }

  Optional<String> unsupported() {
    return FaultLibrary.unsupported();
  }

  /** The variables that {@code fault} needs in the process of its service. */
  Map<String, String> variables(OfLibrary fault) {
    return libraries
        .computeIfAbsent(fault.service(), name -> FaultLibrary.build(folder, name.toString()))
        .variables();
  }

  void inject(OfLibrary fault, ChildProcess process) throws InterruptedException {
    switch (fault) {
      case EnvironmentFault.PowerCut(var service) -> {
        process.kill();
        UnsyncedWrites.discard(folder.resolve(service.toString()).resolve(service + ".db"));
      }
      case EnvironmentFault.CommitsFail(var service) -> library(service).setFull(true);
      case EnvironmentFault.SyncsHang(var service) -> library(service).setFrozen(true);
      case EnvironmentFault.ClockShifted(var service, Duration shift) ->
          library(service).shiftClock(shift);
    }
  }

  void heal(OfLibrary fault, ChildProcess process) {
    switch (fault) {
      case EnvironmentFault.PowerCut _ -> process.start();
      case EnvironmentFault.CommitsFail(var service) -> library(service).setFull(false);
      case EnvironmentFault.SyncsHang(var service) -> library(service).setFrozen(false);
      case EnvironmentFault.ClockShifted(var service, _) ->
          library(service).shiftClock(Duration.ZERO);
    }
  }

  private FaultLibrary library(ServiceName service) {
    return Objects.requireNonNull(libraries.get(service));
  }
}
