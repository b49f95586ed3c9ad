package orderflow.cli.prove.environment;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another orderflow like this one. */
final class JavaCommand {
  private JavaCommand() {}

  /**
   * @param heap as for {@code -Xmx}
   * @param arguments orderflow's
   */
  static List<String> command(String heap, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:AOTCache="))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A test may put a service with a planted fault in its place. */
  private static String mainClass() {
    return System.getProperty("orderflow.verify.main", "orderflow.cli.Orderflow");
  }
}
