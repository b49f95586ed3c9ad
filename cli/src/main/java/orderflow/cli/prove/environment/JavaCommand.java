package orderflow.cli.prove.environment;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts this program in another process. */
final class JavaCommand {
  private JavaCommand() {}

  /**
   * @param heap as for {@code -Xmx}
   */
  static List<String> of(String heap, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:AOTCache="))
        .forEach(command::add);
    // A test replaces the main class to plant a fault in a service.
    String main = System.getProperty("orderflow.verify.main", "orderflow.cli.Orderflow");
    // Or replaces classes of a service.
    String replaced = System.getProperty("orderflow.verify.classpath", "");
    String classPath = System.getProperty("java.class.path");
    command.addAll(
        List.of(
            "-cp",
            replaced.isEmpty() ? classPath : replaced + File.pathSeparator + classPath,
            main));
    command.addAll(List.of(arguments));
    return command;
  }
}
