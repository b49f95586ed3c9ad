package orderflow.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** An unpacked orderflow: the launcher in bin, jars in lib. */
record Installation(Path home) {

  /** Unpacks the archive of the build. */
  static Installation unpacked(Path parent) throws IOException, InterruptedException {
    Path archive =
        Path.of(
            Objects.requireNonNull(System.getProperty("orderflow.tarball"), "orderflow.tarball"));
    Files.createDirectories(parent);
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", parent.toString())
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar could not unpack " + archive);
    }
    String name = archive.getFileName().toString();
    return new Installation(parent.resolve(name.substring(0, name.length() - ".tar.gz".length())));
  }

  /** The same launcher with a program that prints its arguments. */
  static Installation echo(Installation real, Path home) throws IOException {
    Installation echo = new Installation(home);
    Files.createDirectories(echo.launcher().getParent());
    Files.copy(real.launcher(), echo.launcher());
    Path classes = Files.createDirectories(home.resolve("classes"));
    Path source = classes.resolve("Orderflow.java");
    try (InputStream text =
        Objects.requireNonNull(Installation.class.getResourceAsStream("Echo.java.txt"))) {
      Files.copy(text, source);
    }
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    if (compiler.run(null, null, null, "-d", classes.toString(), source.toString()) != 0) {
      throw new IOException("cannot compile " + source);
    }
    Files.createDirectories(echo.lib());
    try (OutputStream file = Files.newOutputStream(echo.lib().resolve("orderflow-cli.jar"));
        JarOutputStream jar = new JarOutputStream(file)) {
      jar.putNextEntry(new JarEntry("orderflow/cli/Orderflow.class"));
      Files.copy(classes.resolve("orderflow/cli/Orderflow.class"), jar);
    }
    Files.writeString(echo.lib().resolve("build-id"), "echo\n");
    return echo;
  }

  Path launcher() {
    return home.resolve("bin/orderflow");
  }

  Path lib() {
    return home.resolve("lib");
  }

  Path cache() {
    return home.resolve("cache");
  }

  /** The names in a cache folder, which need not exist. */
  static List<String> names(Path folder) {
    String[] names = folder.toFile().list();
    return names == null ? List.of() : Stream.of(names).sorted().toList();
  }

  /** Whether the folder holds only one complete cache. */
  static boolean holdsOneCache(Path folder) {
    List<String> names = names(folder);
    return names.size() == 1
        && names.getFirst().toLowerCase(Locale.ROOT).endsWith(".aot")
        && folder.resolve(names.getFirst()).toFile().length() > 0;
  }
}
