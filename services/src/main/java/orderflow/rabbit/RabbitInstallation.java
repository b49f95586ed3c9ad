package orderflow.rabbit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of an installed RabbitMQ.
 *
 * @param scripts the folder of the server's own rabbitmq-server and rabbitmqctl; those in /usr/sbin
 *     may be wrappers that start the system's broker
 * @param portMapper the epmd program
 */
public record RabbitInstallation(Path scripts, Path portMapper) {
  /** The error when {@link #find} is empty. */
  public static final String NOT_FOUND =
      "rabbitmq-server is neither on the PATH nor in /usr/lib/rabbitmq/bin, or erl and epmd are not"
          + " on the PATH";

  private static final String PACKAGE_FOLDER = "/usr/lib/rabbitmq/bin";

  /** Searches the PATH of {@code environment}, then the folder of Debian and RPM packages. */
  public static Optional<RabbitInstallation> find(Map<String, String> environment) {
    List<Path> path =
        Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
            .filter(entry -> !entry.isBlank())
            .map(Path::of)
            .toList();
    Optional<Path> portMapper = program(path, "epmd");
    if (portMapper.isEmpty() || program(path, "erl").isEmpty()) {
      return Optional.empty();
    }
    return Stream.concat(path.stream(), Stream.of(Path.of(PACKAGE_FOLDER)))
        .flatMap(entry -> ownScripts(entry).stream())
        .findFirst()
        .map(scripts -> new RabbitInstallation(scripts, portMapper.get()));
  }

  private static Optional<Path> ownScripts(Path entry) {
    try {
      Path scripts = entry.resolve("rabbitmq-server").toRealPath().getParent();
      // a package's folder of wrappers has no rabbitmq-env
      return scripts != null
              && Files.isReadable(scripts.resolve("rabbitmq-env"))
              && Files.isExecutable(scripts.resolve("rabbitmq-server"))
              && Files.isExecutable(scripts.resolve("rabbitmqctl"))
          ? Optional.of(scripts)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> program(List<Path> path, String name) {
    return path.stream()
        .map(entry -> entry.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
