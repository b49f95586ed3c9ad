package orderflow.cli.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Describes errors on files; the messages of many Java exceptions are only a path. */
public final class FileErrors {
  private FileErrors() {}

  /** The reason, to follow "FILE cannot be read: ". */
  public static String of(Exception e) {
    return switch (e) {
      case UncheckedIOException unchecked when unchecked.getCause() != null ->
          of(unchecked.getCause());
      case FileAlreadyExistsException _ -> "it exists already and is not overwritten";
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      case NotDirectoryException _, DirectoryNotEmptyException _ -> "it is a folder";
      case CharacterCodingException _ -> "it is not UTF-8";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      case IOException failure when failure.getMessage() != null -> failure.getMessage();
      default -> e.toString();
    };
  }
}
