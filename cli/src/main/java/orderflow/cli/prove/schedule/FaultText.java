package orderflow.cli.prove.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.EnvironmentFault.Network.Mode;
import orderflow.failpoint.Failpoint;

/** The faults of a schedule as text: {@code kill inventory}, {@code net-slow} and so on. */
final class FaultText {
  private static final String NETWORK = "net-";

  private FaultText() {}

  /** Empty for a fault that no schedule can have. */
  static Optional<String> of(EnvironmentFault fault) {
    return switch (fault) {
      case EnvironmentFault.Killed(var service) -> Optional.of("kill " + service);
      case EnvironmentFault.Stopped(var service) -> Optional.of("stop " + service);
      case EnvironmentFault.Paused(var service) -> Optional.of("pause " + service);
      case EnvironmentFault.CrashAt(var service, var point, int pass) ->
          Optional.of("crash %s %s %d".formatted(service, point, pass));
      case EnvironmentFault.BrokerStopped() -> Optional.of("broker-stop");
      case EnvironmentFault.BrokerKilled() -> Optional.of("broker-kill");
      case EnvironmentFault.ConnectionsClosed() -> Optional.of("connections-closed");
      case EnvironmentFault.Network(var mode) -> Optional.of(text(mode));
      default -> Optional.empty();
    };
  }

  private static String text(Mode mode) {
    return NETWORK + mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException saying what is wrong
   */
  static EnvironmentFault parse(String text) {
    List<String> words = List.of(text.strip().split("\\s+"));
    String kind = words.getFirst();
    return switch (kind) {
      case "kill" -> new EnvironmentFault.Killed(service(words, 2));
      case "stop" -> new EnvironmentFault.Stopped(service(words, 2));
      case "pause" -> new EnvironmentFault.Paused(service(words, 2));
      case "crash" ->
          new EnvironmentFault.CrashAt(
              service(words, 4), Failpoint.of(words.get(2)), pass(words.get(3)));
      default -> {
        requireSize(words, 1);
        yield switch (kind) {
          case "broker-stop" -> new EnvironmentFault.BrokerStopped();
          case "broker-kill" -> new EnvironmentFault.BrokerKilled();
          case "connections-closed" -> new EnvironmentFault.ConnectionsClosed();
          default -> new EnvironmentFault.Network(mode(kind));
        };
      }
    };
  }

  private static void requireSize(List<String> words, int size) {
    if (words.size() != size) {
      throw new IllegalArgumentException(
          "expected %d words, not '%s'".formatted(size, String.join(" ", words)));
    }
  }

  private static ServiceName service(List<String> words, int size) {
    requireSize(words, size);
    String name = words.get(1);
    return Arrays.stream(ServiceName.values())
        .filter(service -> service.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no service " + name));
  }

  private static int pass(String number) {
    try {
      int pass = Integer.parseInt(number);
      if (pass > 0) {
        return pass;
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new IllegalArgumentException("a pass is a number above 0, not " + number);
  }

  private static Mode mode(String kind) {
    return Arrays.stream(Mode.values())
        .filter(mode -> text(mode).equals(kind))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no fault %s; there are: kill, stop, pause and crash of a service,"
                        .formatted(kind)
                    + " broker-stop, broker-kill, connections-closed, "
                    + Arrays.stream(Mode.values())
                        .map(FaultText::text)
                        .collect(Collectors.joining(", "))));
  }
}
