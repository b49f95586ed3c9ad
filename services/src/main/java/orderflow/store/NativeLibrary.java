package orderflow.store;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import orderflow.store.StoreException.Kind;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library. An installation has it unpacked beside its jars; otherwise the driver
 * unpacks it into a temporary folder, where a killed process leaves it behind and which may be
 * mounted noexec.
 */
final class NativeLibrary {
  private static final String PATH = "org.sqlite.lib.path";
  private static final String TEMPORARY = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /** Loads it; does nothing when that was done before. */
  static void load() {
    if (System.getProperty(PATH) == null) {
      unpacked().ifPresent(folder -> System.setProperty(PATH, folder.toString()));
    }
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) {
      String folder =
          System.getProperty(TEMPORARY, String.valueOf(System.getProperty("java.io.tmpdir")));
      throw new StoreException(
          Kind.PERMANENT,
          "SQLite's native library cannot be loaded from %s: %s; set"
                  .formatted(folder, problem(Path.of(folder)))
              + " ORDERFLOW_JAVA_OPTS=-D"
              + TEMPORARY
              + "=DIR to a folder that can be written and run from",
          e);
    }
  }

  private static Optional<Path> unpacked() {
    @Nullable CodeSource source = NativeLibrary.class.getProtectionDomain().getCodeSource();
    try {
      @Nullable Path jars =
          source == null ? null : Path.of(source.getLocation().toURI()).getParent();
      return Optional.ofNullable(jars)
          .map(lib -> lib.resolve("native").resolve(OSInfo.getNativeLibFolderPathForCurrentOS()))
          .filter(folder -> Files.isReadable(folder.resolve(System.mapLibraryName("sqlitejdbc"))));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static String problem(Path folder) {
    if (!Files.isDirectory(folder)) {
      return "there is no such folder";
    }
    return Files.isWritable(folder)
        ? "the folder may be mounted noexec, or hold too little space"
        : "the folder cannot be written";
  }
}
