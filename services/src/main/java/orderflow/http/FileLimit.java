package orderflow.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the connections from using up the process's file descriptors, which the rest needs too. */
final class FileLimit {
  private static final Logger LOG = LoggerFactory.getLogger(FileLimit.class);
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d{1,18})");

  private FileLimit() {}

  /** At most {@code wanted} connections, and at most half of what the process may open. */
  static int affordable(int wanted) {
    long files = openFiles();
    if (files / 2 >= wanted) {
      return wanted;
    }
    int affordable = (int) Math.max(1, files / 2);
    LOG.warn(
        "only {} connections instead of {}: the process may open {} files (ulimit -n)",
        affordable,
        wanted,
        files);
    return affordable;
  }

  private static long openFiles() {
    try {
      Matcher limit = OPEN_FILES.matcher(Files.readString(LIMITS));
      return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
    } catch (IOException e) {
      // Not Linux: nothing to go by.
      return Long.MAX_VALUE;
    }
  }
}
