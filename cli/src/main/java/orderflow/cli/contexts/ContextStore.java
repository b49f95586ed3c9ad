package orderflow.cli.contexts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import org.jspecify.annotations.Nullable;

/**
 * The context file: TOML, readable by its owner only. Changes are atomic, and exclusive among
 * processes.
 *
 * @param options the names that a context may have
 */
public record ContextStore(Path file, Set<String> options) {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_COPIES = 99;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  private static final FileAttribute<?> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Pattern STRING_OR_COMMENT =
      Pattern.compile(
          "\"\"\"[^\"\\\\]*+(?s:(?:\\\\.|\"{1,2}(?!\"))[^\"\\\\]*+)*+\"{3,5}"
              + "|'''[^']*+(?:'{1,2}(?!')[^']*+)*+'{3,5}"
              + "|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^']*+'|#[^\n]*+");

  /**
   * Reads the file; a missing one has no contexts.
   *
   * @throws CliException when the file cannot be read or has errors
   */
  public Contexts read() {
    try {
      return new ContextParser(file, options).parse(text(file));
    } catch (NoSuchFileException e) {
      return Contexts.EMPTY;
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, file + " cannot be read: " + FileErrors.of(e), e);
    }
  }

  /** A warning when other users may read the file. */
  public Optional<String> warning() {
    try {
      return OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))
          ? Optional.empty()
          : Optional.of("others can read " + file + "; protect its secrets with 'chmod 600'");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /**
   * Applies {@code change} to the current content of the file.
   *
   * @return a new copy of the previous file, if that had comments
   * @throws CliException when the file cannot be read or written; it is unchanged then
   */
  public Optional<Path> change(UnaryOperator<Contexts> change) {
    try {
      Path target = target();
      try (FileChannel lock = FileChannel.open(beside(target, ".lock"), CREATE, WRITE);
          FileLock _ = lock.lock()) {
        Contexts changed = change.apply(new ContextStore(target, options).read());
        Optional<Path> copy =
            Files.exists(target) && hasComments(text(target))
                ? Optional.of(copy(target))
                : Optional.empty();
        try {
          write(changed, target);
        } catch (IOException e) {
          if (copy.isPresent()) {
            Files.deleteIfExists(copy.get());
          }
          throw e;
        }
        return copy;
      }
    } catch (IOException e) {
      throw notWritten(FileErrors.of(e), e);
    }
  }

  /** The file itself or the target of a symbolic link, which stays a link. */
  private Path target() throws IOException {
    Path target = file.toAbsolutePath();
    if (Files.exists(target)) {
      target = target.toRealPath();
    } else if (Files.isSymbolicLink(target)) {
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw notWritten("it is not a regular file", null);
    }
    Path folder = folder(target);
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PRIVATE_FOLDER);
      }
    } catch (FileAlreadyExistsException e) {
      throw notWritten(e.getFile() + " is not a folder", e);
    }
    return target;
  }

  /** The copy is a new file, as an older one may hold the comments of an earlier change. */
  private Path copy(Path target) throws IOException {
    byte[] content = Files.readAllBytes(target);
    for (int n = 1; n <= MAX_COPIES; n++) {
      Path copy = beside(target, n == 1 ? ".bak" : ".bak" + n);
      try {
        Files.createFile(copy, PRIVATE_FILE);
      } catch (FileAlreadyExistsException e) {
        continue;
      }
      try {
        return Files.write(copy, content);
      } catch (IOException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
    }
    throw notWritten(
        "there are already " + MAX_COPIES + " copies of its comments; remove some", null);
  }

  private static void write(Contexts contexts, Path target) throws IOException {
    Path next = Files.createTempFile(folder(target), ".orderflow", ".toml", PRIVATE_FILE);
    try {
      Files.writeString(next, contexts.toToml());
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** Whether TOML has comments other than our own header. */
  static boolean hasComments(String toml) {
    return STRING_OR_COMMENT
        .matcher(toml)
        .results()
        .map(found -> found.group().stripTrailing())
        .anyMatch(found -> found.startsWith("#") && !found.equals(Contexts.HEADER));
  }

  /** The file may be a pipe, so its size is limited while it is read. */
  private static String text(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new CliException(
          ExitCode.USAGE, file + " cannot be read: it has more than " + MAX_BYTES + " bytes");
    }
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    boolean malformed = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), decoded, true).isError();
    String text = decoded.flip().toString();
    if (malformed) {
      long line = text.chars().filter(c -> c == '\n').count() + 1;
      int column = text.length() - text.lastIndexOf('\n');
      throw new CliException(
          ExitCode.USAGE, file + ":" + line + ":" + column + ": this is not UTF-8");
    }
    return text.startsWith("\ufeff") ? text.substring(1) : text; // a byte order mark
  }

  private static Path beside(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }

  private static Path folder(Path target) {
    return target.resolveSibling(".").normalize();
  }

  private CliException notWritten(String why, @Nullable Exception cause) {
    return new CliException(ExitCode.USAGE, file + " cannot be written: " + why, cause);
  }
}
