package orderflow.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Describes files that cannot be used. */
public final class FileErrors {
  private FileErrors() {}

  static String describe(Path file) {
    return Files.isDirectory(file) ? "it is a folder" : "it is a special file";
  }

  /** Why an operation on a file failed, without the path. */
  public static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _, NotDirectoryException _ ->
          "a part of its path is not a directory";
      case NoSuchFileException _ -> "it does not exist";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
