package orderflow.cli.prove.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.FileErrors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads a flow file: one table per service, in TOML. Errors are "FILE:LINE:COLUMN: [TABLE] KEY:
 * why".
 */
public final class FlowFile {
  private static final String BROKER = "broker";
  private static final String COMPOSE_SERVICE = "compose_service";

  private final Path file;
  private final boolean starts;

  private FlowFile(Path file, boolean starts) {
    this.file = file;
    this.starts = starts;
  }

  /**
   * Reads {@code file}.
   *
   * @param starts whether verify starts the services, so that each needs a command
   * @throws CliException when it cannot be read or has a mistake
   */
  public static ForeignFlow read(Path file, boolean starts) {
    try {
      return new FlowFile(file, starts).parse(Files.readString(file));
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, file + " cannot be read: " + FileErrors.of(e), e);
    }
  }

  private ForeignFlow parse(String text) {
    var toml = Toml.parse(text);
    if (toml.hasErrors()) {
      var first = toml.errors().getFirst();
      throw error(first.position(), String.valueOf(first.getMessage()));
    }
    Map<ServiceName, ForeignService> services = new EnumMap<>(ServiceName.class);
    String broker = ForeignFlow.NONE.brokerComposeService();
    for (String key : toml.keySet()) {
      TomlPosition position = toml.inputPositionOf(List.of(key));
      if (!(toml.get(List.of(key)) instanceof TomlTable table)) {
        throw error(position, "'%s' is not a table; use %s".formatted(key, tables()));
      }
      if (key.equals(BROKER)) {
        var section = new FlowFileSection(file, BROKER, table);
        section.requireKnown(List.of(COMPOSE_SERVICE));
        broker = section.text(COMPOSE_SERVICE).orElse(broker);
      } else {
        services.put(serviceName(key, position), service(key, table));
      }
    }
    if (services.isEmpty()) {
      throw error(null, "it has no service; use " + tables());
    }
    return new ForeignFlow(services, broker);
  }

  private ServiceName serviceName(String key, @Nullable TomlPosition position) {
    return Stream.of(ServiceName.values())
        .filter(name -> name.toString().equals(key))
        .findFirst()
        .orElseThrow(() -> error(position, "unknown table [%s]; use %s".formatted(key, tables())));
  }

  private static String tables() {
    return Stream.concat(Stream.of(ServiceName.values()).map(Object::toString), Stream.of(BROKER))
        .map(name -> "[" + name + "]")
        .collect(Collectors.joining(", "));
  }

  private ForeignService service(String name, TomlTable table) {
    var reader = new FlowFileSection(file, name, table);
    return new ServiceSection(reader, serviceName(name, null)).read(starts);
  }

  private CliException error(@Nullable TomlPosition position, String why) {
    return FlowFileSection.error(file, position, why);
  }
}
