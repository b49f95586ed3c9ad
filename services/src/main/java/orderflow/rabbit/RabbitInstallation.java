package orderflow.rabbit;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
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

  static final String LOOPBACK = "127.0.0.1";

  /** A node uses so many consecutive ports, the first for AMQP. */
  static final int PORTS = 8;

  static final int PORT_MAPPER = 2;
  private static final int DISTRIBUTION = 1;
  private static final int FIRST_OF_CTL = 3;

  private static final String LOOPBACK_DISTRIBUTION = "-kernel inet_dist_use_interface {127,0,0,1}";
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

  /** A command of the node in {@code folder} with the {@link #PORTS} ports from {@code port} on. */
  ProcessBuilder command(List<String> command, Path folder, int port) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    // Many variables, with or without a prefix, would lead to the system's broker.
    environment.keySet().removeIf(name -> !name.startsWith("ORDERFLOW_"));
    environment.put("PATH", path);
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("ERL_EPMD_ADDRESS", LOOPBACK);
    environment.put("ERL_EPMD_PORT", Integer.toString(port + PORT_MAPPER));
    environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
    environment.put("RABBITMQ_NODENAME", "orderflow-" + port + "@localhost");
    environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(port + DISTRIBUTION));
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", folder.resolve("advanced.config").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    // The script then execs the server, which so is our child; "+B i" ignores Ctrl-C.
    environment.put("RABBITMQ_ALLOW_INPUT", "1");
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-noinput +B i " + LOOPBACK_DISTRIBUTION);
    environment.put("RABBITMQ_CTL_ERL_ARGS", LOOPBACK_DISTRIBUTION);
    environment.put("RABBITMQ_CTL_DIST_PORT_MIN", Integer.toString(port + FIRST_OF_CTL));
    environment.put("RABBITMQ_CTL_DIST_PORT_MAX", Integer.toString(port + PORTS - 1));
    return builder;
  }
}
