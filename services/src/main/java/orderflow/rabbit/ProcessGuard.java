package orderflow.rabbit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A shell that holds the other end of a pipe from this JVM. When the JVM ends, however it ends, the
 * pipe closes: then it kills the watched processes that still live and deletes the folder, unless
 * it is to be kept. Thread-safe; never blocks for long.
 */
public final class ProcessGuard implements Closeable {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      keep= mount= pids=
      while read -r line; do
        case $line in
          keep) keep=1 ;;
          mount*) mount=${line#mount}; mount=${mount# } ;;
          *) pids=$line ;;
        esac
      done
      [ -n "$mount" ] && fsfreeze -u "$mount" 2>/dev/null
      for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
      [ -n "$mount" ] && umount -l "$mount" 2>/dev/null
      [ -n "$keep" ] && exit
      for attempt in 1 2 3 4 5; do rm -rf -- "$1" 2>/dev/null && exit; sleep 1; done
      """;

  private final OutputStream pipe;
  private final Set<Long> pids = new LinkedHashSet<>();

  private ProcessGuard(OutputStream pipe) {
    this.pipe = pipe;
  }

  /**
   * @param folder deleted when the JVM ends or this is closed
   */
  public static ProcessGuard over(Path folder) throws IOException {
    return new ProcessGuard(
        new ProcessBuilder("sh", "-c", SCRIPT, "orderflow-guard", folder.toString())
            .directory(Path.of("/").toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start()
            .getOutputStream());
  }

  /** Watches it until it ends: its number may be another process's soon after. */
  public synchronized void watch(Process process) {
    pids.add(process.pid());
    tell();
    var _ = process.onExit().thenRun(() -> forget(process.pid()));
  }

  private synchronized void forget(long pid) {
    pids.remove(pid);
    tell();
  }

  /** Leaves the folder alone from now on. */
  public synchronized void keepFolder() {
    write("keep\n");
  }

  /** Unmounts it as well, thawed first: a process that hangs in a write cannot be killed. */
  public synchronized void mounted(Path mount) {
    write("mount " + mount + "\n");
  }

  /** The mount is gone. */
  public synchronized void unmounted() {
    write("mount\n");
  }

  private void tell() {
    write(pids.stream().map(String::valueOf).collect(Collectors.joining(" ", "", "\n")));
  }

  private void write(String line) {
    try {
      pipe.write(line.getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException e) {
      // Closed, or somebody ended the guard; then the shutdown hook remains.
    }
  }

  /** Lets it delete the folder and end; what it watched must have ended. */
  @Override
  public synchronized void close() {
    pids.clear();
    tell();
    try {
      pipe.close();
    } catch (IOException e) {
      // It is gone already.
    }
  }
}
