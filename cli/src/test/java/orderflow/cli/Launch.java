package orderflow.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Runs the launcher like a shell, in an environment that holds only the variables of the test.
 * Neither Java nor Maven is on its PATH: {@link #tools} has the tools of a bare system.
 */
final class Launch {
  private static final long LIMIT_SECONDS = 60;

  private final List<String> command;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] stdin = {};
  private Path directory = Path.of("").toAbsolutePath();

  private Launch(List<String> command) {
    this.command = command;
  }

  /** The exit code and output, as UTF-8. */
  record Result(int exit, String out, String err) {}

  /** A running launcher; read its streams after {@link #result} only. */
  static final class Running {
    private final Process process;
    private final Collector out;
    private final Collector err;

    private Running(Process process) {
      this.process = process;
      this.out = new Collector(process.getInputStream());
      this.err = new Collector(process.getErrorStream());
    }

    long pid() {
      return process.pid();
    }

    String errSoFar() {
      return err.text();
    }

    Result result() throws InterruptedException {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + LIMIT_SECONDS + " s; stderr: " + err.text());
      }
      out.join();
      err.join();
      return new Result(process.exitValue(), out.text(), err.text());
    }
  }

  static Launch of(Path launcher, String... arguments) {
    return new Launch(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList());
  }

  /** The start of a command line for the program without the launcher. */
  static List<String> program() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Orderflow.class.getName());
  }

  static Launch ofCommand(String... command) {
    return new Launch(List.of(command));
  }

  Launch with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  Launch stdin(byte[] bytes) {
    stdin = bytes;
    return this;
  }

  Launch in(Path newDirectory) {
    directory = newDirectory;
    return this;
  }

  Result run() throws IOException, InterruptedException {
    return start().result();
  }

  Running start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Running running = new Running(process);
    try (OutputStream in = process.getOutputStream()) {
      in.write(stdin);
    } catch (IOException e) {
      // it ended without reading all input
    }
    return running;
  }

  /** Waits until the condition holds; fails after a minute. */
  static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT_SECONDS + " s: " + what);
      }
      Thread.sleep(20);
    }
  }

  /** A folder for PATH with the required tools, without Java and Maven. */
  static Path tools(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("tools"));
    for (String tool :
        List.of(
            "sh",
            "cat",
            "cksum",
            "cp",
            "find",
            "ln",
            "locale",
            "mkdir",
            "mv",
            "nice",
            "ps",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "stty",
            "touch")) {
      Path found =
          Stream.of("/bin", "/usr/bin")
              .map(bin -> Path.of(bin, tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(() -> new IOException("this machine has no " + tool));
      script(folder.resolve(tool), "exec " + found + " \"$@\"");
    }
    return folder;
  }

  /** A folder that looks like a JDK; its java only prints its name and arguments. */
  static Path fakeJdk(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        home.resolve("bin/java"),
        "echo \"java " + version + "\"; for last; do :; done; echo \"last $last\"");
    return home;
  }

  static Path script(Path file, String body) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
    return file;
  }

  private static final class Collector {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Collector(InputStream stream) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try (stream) {
                  stream.transferTo(bytes);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }

    void join() throws InterruptedException {
      thread.join();
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
