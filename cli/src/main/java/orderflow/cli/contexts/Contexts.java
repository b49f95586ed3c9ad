package orderflow.cli.contexts;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import orderflow.cli.io.FileErrors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;

/**
 * What the file of contexts says. Immutable.
 *
 * @param chosen names the context that is used when none is named; null for none
 * @param byName each context's settings, by the option's name without its dashes
 */
public record Contexts(
    @Nullable ContextValue chosen, SortedMap<String, SortedMap<String, ContextValue>> byName) {
  static final String CURRENT = "current";
  static final String CONTEXT = "context";
  static final String HEAD = "# Written by 'orderflow context', which keeps no comments.";
  static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWN_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  public Contexts {
    SortedMap<String, SortedMap<String, ContextValue>> copy = new TreeMap<>();
    byName.forEach((name, settings) ->
        copy.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(settings))));
    byName = Collections.unmodifiableSortedMap(copy);
  }

  /** The context that is used when none is named; null for none. */
  public @Nullable String current() {
    return chosen == null ? null : chosen.value();
  }

  /**
   * Reads the file; one that is not there has no contexts.
   *
   * @param options the names that may stand in a context
   * @throws ConfigException when it cannot be read, is no TOML, or has what it should not
   */
  public static Contexts read(Path file, Set<String> options) {
    try {
      return new ContextParser(file, options).read(ConfigText.of(file));
    } catch (NoSuchFileException e) {
      return new Contexts(null, new TreeMap<>());
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: " + FileErrors.of(e), e);
    }
  }

  /** What is to be said when somebody else on this machine may read the file. */
  public static Optional<String> warning(Path file) {
    try {
      return OWN_FILE.containsAll(Files.getPosixFilePermissions(file))
          ? Optional.empty()
          : Optional.of("others can read " + file + "; 'chmod 600' keeps its secrets");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** With this context, in place of any of the same name. */
  public Contexts with(String name, Map<String, String> values) {
    SortedMap<String, SortedMap<String, ContextValue>> all = new TreeMap<>(byName);
    SortedMap<String, ContextValue> settings = new TreeMap<>();
    values.forEach((option, value) -> settings.put(option, ContextValue.unplaced(value)));
    all.put(name, settings);
    return new Contexts(chosen, all);
  }

  /** Without this context; if it was the current one, there is none now. */
  public Contexts without(String name) {
    SortedMap<String, SortedMap<String, ContextValue>> all = new TreeMap<>(byName);
    all.remove(name);
    return new Contexts(name.equals(current()) ? null : chosen, all);
  }

  /**
   * @param name null for none
   */
  public Contexts using(@Nullable String name) {
    return new Contexts(name == null ? null : ContextValue.unplaced(name), byName);
  }

  /**
   * Writes the file anew, as {@code change} makes it of what it says at that moment: whoever
   * changes it meanwhile waits. When it had comments, a new copy beside it keeps them.
   *
   * @param options as for {@link #read}
   * @return the copy, if there were comments
   * @throws ConfigException when it cannot be read or written; it is as it was then
   */
  public static Optional<Path> change(
      Path file, Set<String> options, UnaryOperator<Contexts> change) {
    try {
      Path target = target(file);
      try (FileChannel own = FileChannel.open(beside(target, ".lock"), CREATE, WRITE);
          FileLock _ = own.lock()) {
        Contexts changed = change.apply(read(target, options));
        Optional<Path> copy =
            CommentBackup.in(target) ? Optional.of(CommentBackup.copy(target)) : Optional.empty();
        try {
          changed.write(target);
        } catch (IOException e) {
          if (copy.isPresent()) {
            Files.deleteIfExists(copy.get());
          }
          throw e;
        }
        return copy;
      }
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be written: " + FileErrors.of(e), e);
    }
  }

  /** What is linked to stays where it is, as those who keep such files elsewhere expect. */
  private static Path target(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path target = absolute;
    if (Files.exists(absolute)) {
      target = absolute.toRealPath();
    } else if (Files.isSymbolicLink(absolute)) {
      target = absolute.resolveSibling(Files.readSymbolicLink(absolute)).normalize();
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new ConfigException(file + " cannot be written: it is no regular file", null);
    }
    Path folder = target.resolveSibling(".").normalize();
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWN_FOLDER));
      }
    } catch (FileAlreadyExistsException e) {
      throw new ConfigException(file + " cannot be written: " + e.getFile() + " is no folder", e);
    }
    return target;
  }

  static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  /** In one step: whoever reads it meanwhile sees the old one or the new one. */
  private void write(Path target) throws IOException {
    Path next =
        Files.createTempFile(
            target.resolveSibling(".").normalize(),
            ".orderflow",
            ".toml",
            PosixFilePermissions.asFileAttribute(OWN_FILE));
    try {
      Files.writeString(next, toToml());
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private String toToml() {
    var text = new StringBuilder(HEAD + "\n");
    if (chosen != null) {
      text.append(CURRENT).append(" = ").append(quoted(chosen.value())).append('\n');
    }
    byName.forEach((name, settings) -> {
      text.append("\n[").append(CONTEXT).append('.').append(quoted(name)).append("]\n");
      settings.forEach((option, setting) ->
          text.append(option).append(" = ").append(quoted(setting.value())).append('\n'));
    });
    return text.toString();
  }

  private static String quoted(String text) {
    return '"' + Toml.tomlEscape(text).toString() + '"';
  }
}
