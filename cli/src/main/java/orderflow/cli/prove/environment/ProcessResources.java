package orderflow.cli.prove.environment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.ServiceResources.Kind;

/** Reads the resources of a Java process: {@code /proc}, and the JDK's {@code jcmd}. */
final class ProcessResources {
  private static final long JCMD_SECONDS = 20;

  /** A generation of the heap, or all of it; the metaspace has no total. */
  private static final Pattern USED = Pattern.compile("\\btotal\\b.*\\bused (\\d+)K");

  private ProcessResources() {}

  /**
   * Collects its garbage first.
   *
   * @param data the folder of its files
   */
  private static ServiceResources read(String name, long pid, Path data)
      throws InterruptedException {
    Map<Kind, Long> amounts = new EnumMap<>(Kind.class);
    heap(pid).ifPresent(bytes -> amounts.put(Kind.HEAP, bytes));
    bytes(data).ifPresent(bytes -> amounts.put(Kind.DATA, bytes));
    Path proc = Path.of("/proc", Long.toString(pid));
    entries(proc.resolve("fd")).ifPresent(count -> amounts.put(Kind.DESCRIPTORS, count));
    entries(proc.resolve("task")).ifPresent(count -> amounts.put(Kind.THREADS, count));
    return new ServiceResources(name, pid, amounts);
  }

  /** Of those that run; each has a data folder of its name in {@code folder}. */
  static List<ServiceResources> of(Map<ServiceName, ChildProcess> processes, Path folder)
      throws InterruptedException {
    List<ServiceResources> all = new ArrayList<>();
    for (Map.Entry<ServiceName, ChildProcess> process : processes.entrySet()) {
      OptionalLong pid = process.getValue().pid();
      if (pid.isPresent()) {
        String name = process.getKey().toString();
        all.add(read(name, pid.getAsLong(), folder.resolve(name)));
      }
    }
    return all;
  }

  private static OptionalLong entries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return OptionalLong.of(files.count());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong bytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return OptionalLong.of(
          files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
    } catch (IOException | UncheckedIOException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong heap(long pid) throws InterruptedException {
    if (jcmd(pid, "GC.run").isEmpty()) {
      return OptionalLong.empty();
    }
    return used(jcmd(pid, "GC.heap_info"));
  }

  /**
   * The bytes in use.
   *
   * @param info the output of {@code jcmd GC.heap_info}
   */
  static OptionalLong used(String info) {
    long kilobytes =
        USED.matcher(info).results().mapToLong(match -> Long.parseLong(match.group(1))).sum();
    return kilobytes == 0 ? OptionalLong.empty() : OptionalLong.of(kilobytes * 1024);
  }

  /** Its output; empty when that failed. */
  private static String jcmd(long pid, String command) throws InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process process =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      // Its output is read after its end, so that the limit holds; it is shorter than a pipe.
      if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      byte[] output = process.getInputStream().readAllBytes();
      return process.exitValue() == 0 ? new String(output, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
