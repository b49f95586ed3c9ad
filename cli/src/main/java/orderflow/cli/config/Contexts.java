package orderflow.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
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
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;

/**
 * What the file of contexts says. Immutable.
 *
 * @param current the context that is used when none is named; null for none
 * @param byName each context's settings, by the option's name without its dashes
 */
public record Contexts(
    @Nullable String current, SortedMap<String, SortedMap<String, Setting>> byName) {
  static final String CURRENT = "current";
  static final String CONTEXT = "context";
  private static final String HEAD = "# Written by 'orderflow context', which keeps no comments.";
  private static final int LIMIT = 1 << 20;
  private static final Set<PosixFilePermission> OWN_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWN_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  public Contexts {
    SortedMap<String, SortedMap<String, Setting>> copy = new TreeMap<>();
    byName.forEach((name, settings) ->
        copy.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(settings))));
    byName = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * Reads the file; one that is not there has no contexts.
   *
   * @param options the names that may stand in a context
   * @throws ConfigException when it cannot be read, is no TOML, or has what it should not
   */
  public static Contexts read(Path file, Set<String> options) {
    try {
      return new ContextReader(file, options).read(text(file));
    } catch (NoSuchFileException e) {
      return new Contexts(null, new TreeMap<>());
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " cannot be read: it is not UTF-8", e);
    } catch (AccessDeniedException e) {
      throw new ConfigException(file + " cannot be read: access is denied", e);
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A program's output, as a shell hands it over, is read too; without end it may not be. */
  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new ConfigException(
            file + " cannot be read: it has more than " + LIMIT + " bytes", null);
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text; // as some editors begin files
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
    SortedMap<String, SortedMap<String, Setting>> all = new TreeMap<>(byName);
    SortedMap<String, Setting> settings = new TreeMap<>();
    values.forEach((option, value) -> settings.put(option, new Setting(value, 0)));
    all.put(name, settings);
    return new Contexts(current, all);
  }

  /** Without this context; if it was the current one, there is none now. */
  public Contexts without(String name) {
    SortedMap<String, SortedMap<String, Setting>> all = new TreeMap<>(byName);
    all.remove(name);
    return new Contexts(name.equals(current) ? null : current, all);
  }

  /**
   * @param name null for none
   */
  public Contexts using(@Nullable String name) {
    return new Contexts(name, byName);
  }

  /**
   * Writes the file anew, as {@code change} makes it of what it says at that moment: whoever
   * changes it meanwhile waits. What it had of comments goes into a copy beside it.
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
        Optional<Path> copy = copyOfComments(target);
        changed.write(target);
        return copy;
      }
    } catch (AccessDeniedException e) {
      throw new ConfigException(file + " cannot be written: access is denied", e);
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be written: " + e, e);
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
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWN_FOLDER));
    }
    return target;
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private static Optional<Path> copyOfComments(Path file) throws IOException {
    if (!Files.exists(file)
        || text(file)
            .lines()
            .noneMatch(line -> line.strip().startsWith("#") && !line.equals(HEAD))) {
      return Optional.empty();
    }
    Path copy = beside(file, ".bak");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    return Optional.of(copy);
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
    if (current != null) {
      text.append(CURRENT).append(" = ").append(quoted(current)).append('\n');
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
