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
 * A shell at the other end of a pipe from this JVM. When the pipe closes because the JVM ended,
 * also by kill -9, it kills the watched processes and deletes the folder. Thread-safe.
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

  /** Watches a process until it ends: its id may be reused afterwards. */
  public synchronized void watch(ProcessHandle process) {
    pids.add(process.pid());
    sendPids();
    var _ = process.onExit().thenRun(() -> forget(process.pid()));
  }

  private synchronized void forget(long pid) {
    pids.remove(pid);
    sendPids();
  }

  /** Keeps the folder from now on. */
  public synchronized void keepFolder() {
    write("keep\n");
  }

  /** Also thaws and unmounts {@code mount}: a process that hangs in a write cannot be killed. */
  public synchronized void mounted(Path mount) {
    write("mount " + mount + "\n");
  }

  public synchronized void unmounted() {
    write("mount\n");
  }

  private void sendPids() {
    write(pids.stream().map(String::valueOf).collect(Collectors.joining(" ", "", "\n")));
  }

  private void write(String line) {
    try {
      pipe.write(line.getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException e) {
      // the guard has ended; the shutdown hook remains
    }
  }

  /** Deletes the folder; the watched processes must have ended. */
  @Override
  public synchronized void close() {
    pids.clear();
    sendPids();
    try {
      pipe.close();
    } catch (IOException e) {
      // it has ended
    }
  }
}
