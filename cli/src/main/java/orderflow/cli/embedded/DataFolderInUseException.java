package orderflow.cli.embedded;

import java.nio.file.Path;

/** Another broker, of this or another process, uses the data folder. */
public final class DataFolderInUseException extends BrokerStartException {
  private static final long serialVersionUID = 1L;

  private final transient Path folder;

  DataFolderInUseException(Path folder, String owner) {
    super(
        "data folder %s is in use by %s: stop that broker or choose another folder"
            .formatted(folder, owner));
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }
}
