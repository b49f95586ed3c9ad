package orderflow.cli.prove.foreign;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.foreign.ForeignService.Ready;
import orderflow.messaging.Topology;

/** Reads the table of one service. */
record ServiceSection(FlowFileSection section, ServiceName name) {
  static final Set<String> KEYS =
      Set.of(
          "command",
          "folder",
          "environment",
          "url",
          "ready",
          "stop_signal",
          "lists",
          "log_lines",
          "compose_service");

  private static final String URL = "url";
  private static final String READY = "ready";
  private static final String NEEDS_EXEC = "the log is only read with --control exec";
  private static final String LOG_LINES = "log_lines";
  private static final Pattern SIGNAL = Pattern.compile("[A-Z0-9]{2,10}");

  /** The contract's lines. */
  private static final Pattern PROCESSED =
      Pattern.compile("Processed order_id=(\\S+) -> (?:reserved|failed)");

  private static final Pattern NOTIFIED = Pattern.compile("Send confirmation for order_id=(\\S+)");

  ForeignService read(boolean starts) {
    section.requireKnown(KEYS);
    List<String> command = section.texts("command");
    if (starts && command.isEmpty()) {
      throw section.error(
          "command", "missing; write the words that start the service, as a list of texts");
    }
    boolean lists = section.flag("lists");
    Optional<String> url = section.text(URL);
    if (url.isPresent() && !isAddress(url.get())) {
      throw section.error(URL, "not an address; for example \"http://127.0.0.1:{port}\"");
    }
    if (url.isEmpty() && starts && (lists || name == ServiceName.ORDER)) {
      throw section.error(URL, "missing; for example \"http://127.0.0.1:{port}\"");
    }
    return new ForeignService(
        command,
        folder(),
        section.textsByName("environment"),
        url,
        ready(url.isPresent(), starts),
        signal(),
        lists,
        logLine(starts),
        section.text("compose_service"));
  }

  private static boolean isAddress(String url) {
    try {
      URI uri = new URI(ForeignService.PLACEHOLDER.matcher(url).replaceAll("1"));
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Path folder() {
    Path home = Objects.requireNonNull(section.file().toAbsolutePath().getParent());
    Path folder = section.text("folder").map(home::resolve).orElse(home).normalize();
    if (!Files.isDirectory(folder)) {
      throw section.error("folder", folder + " is not a folder");
    }
    return folder;
  }

  private String signal() {
    String signal = section.text("stop_signal").orElse("TERM").replaceFirst("^SIG", "");
    if (!SIGNAL.matcher(signal).matches()) {
      throw section.error("stop_signal", "not a signal; for example \"TERM\" or \"INT\"");
    }
    return signal;
  }

  private Ready ready(boolean hasUrl, boolean starts) {
    Optional<FlowFileSection> given = section.subtable(READY);
    if (given.isEmpty()) {
      return name == ServiceName.ORDER ? new Ready.Http("/health") : new Ready.Consumers(queue());
    }
    FlowFileSection ready = given.get();
    ready.requireKnown(Set.of("http", "log", "consumers"));
    if (ready.table().size() != 1) {
      throw section.error(READY, "needs one of http, log and consumers");
    }
    if (ready.text("http").isPresent()) {
      if (!hasUrl && starts) {
        throw section.error(READY, "http needs the key url");
      }
      return new Ready.Http(path(ready.text("http").get(), ready));
    }
    if (!starts && ready.value("log") != null) {
      throw ready.error("log", NEEDS_EXEC);
    }
    return ready
        .pattern("log")
        .<Ready>map(Ready.LogLine::new)
        .or(() -> ready.text("consumers").map(Ready.Consumers::new))
        .orElseThrow();
  }

  private static String path(String path, FlowFileSection ready) {
    if (!path.startsWith("/")) {
      throw ready.error("http", "must be a path, for example \"/health\"");
    }
    return path;
  }

  /** The queue that it consumes in the contract. */
  private String queue() {
    return switch (name) {
      case ORDER -> Topology.ORDER_OUTCOME;
      case INVENTORY -> Topology.ORDER_PLACED;
      case NOTIFICATION -> Topology.INVENTORY_RESERVED;
    };
  }

  private Optional<Pattern> logLine(boolean starts) {
    Object value = section.value(LOG_LINES);
    if (value == null || Boolean.FALSE.equals(value)) {
      return Optional.empty();
    }
    if (!starts) {
      throw section.error(LOG_LINES, NEEDS_EXEC);
    }
    if (name == ServiceName.ORDER) {
      throw section.error(LOG_LINES, "the contract has no log line of the order service");
    }
    if (Boolean.TRUE.equals(value)) {
      return Optional.of(name == ServiceName.INVENTORY ? PROCESSED : NOTIFIED);
    }
    Pattern pattern =
        section
            .pattern(LOG_LINES)
            .orElseThrow(() -> section.error(LOG_LINES, "must be true or a regular expression"));
    if (pattern.matcher("").groupCount() == 0) {
      throw section.error(
          LOG_LINES, "needs a group for the order id, for example 'reserved (\\S+)'");
    }
    return Optional.of(pattern);
  }
}
