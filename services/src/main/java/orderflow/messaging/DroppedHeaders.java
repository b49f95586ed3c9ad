package orderflow.messaging;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records headers that a dead letter could not contain, because all headers must fit into one
 * frame. The record is a header: a list of tables with name, type, size in bytes and SHA-256 of
 * each. It is kept through replays.
 */
public final class DroppedHeaders {
  public static final String NAME = "x-orderflow-dropped-headers";

  private static final String HEADER = "name";
  private static final String TYPE = "type";
  private static final String BYTES = "bytes";
  private static final String SHA_256 = "sha256";
  private static final String MORE = "more";

  /** Each is a table of at most 400 bytes; more headers share one table. */
  private static final int MOST_NAMED = 10;

  private static final int ROOM = (MOST_NAMED + 1) * 400;

  /** A larger record is forged, and could fill the frame again. */
  private static final int MOST_BYTES = 4 * ROOM;

  private DroppedHeaders() {}

  /**
   * Drops the largest headers that {@link DeadLetter} did not write, until {@code headers} and the
   * record are smaller by {@code excess} bytes.
   */
  static List<HeaderEntry> without(int excess, List<HeaderEntry> headers) {
    List<HeaderEntry> largestFirst =
        headers.stream()
            .filter(header -> !DeadLetter.writes(header.name()) && !isRecord(header))
            .sorted(Comparator.comparingInt(HeaderEntry::size).reversed())
            .toList();
    List<HeaderEntry> dropped = new ArrayList<>();
    int left = excess + ROOM;
    for (HeaderEntry header : largestFirst) {
      if (left <= 0) {
        break;
      }
      left -= header.size();
      dropped.add(header);
    }
    List<HeaderEntry> kept = new ArrayList<>(headers);
    kept.removeIf(header -> dropped.contains(header) || isRecord(header));
    kept.add(record(headers.stream().filter(DroppedHeaders::isRecord).findFirst(), dropped));
    return kept;
  }

  /** Whether a header has the form of the record. */
  static boolean isRecord(HeaderEntry header) {
    return header.isNamed(NAME) && header.typeName() == 'A' && header.size() <= MOST_BYTES;
  }

  private static HeaderEntry record(Optional<HeaderEntry> earlier, List<HeaderEntry> dropped) {
    List<byte[]> tables = new ArrayList<>();
    dropped.stream().limit(MOST_NAMED).map(DroppedHeaders::described).forEach(tables::add);
    if (dropped.size() > MOST_NAMED) {
      tables.add(summed(dropped.subList(MOST_NAMED, dropped.size())));
    }
    return HeaderEntry.list(NAME, earlier, tables);
  }

  private static byte[] described(HeaderEntry header) {
    return HeaderEntry.encoded(
        List.of(
            header.nameAs(HEADER),
            HeaderEntry.text(TYPE, String.valueOf(header.typeName())),
            HeaderEntry.number(BYTES, (long) header.content().length),
            HeaderEntry.text(SHA_256, sha256(List.of(header)))));
  }

  private static byte[] summed(List<HeaderEntry> headers) {
    long bytes = headers.stream().mapToLong(header -> header.content().length).sum();
    return HeaderEntry.encoded(
        List.of(
            HeaderEntry.number(MORE, headers.size()),
            HeaderEntry.number(BYTES, bytes),
            HeaderEntry.text(SHA_256, sha256(headers))));
  }

  private static String sha256(List<HeaderEntry> headers) {
    MessageDigest digest = Fingerprint.sha256();
    headers.forEach(header -> digest.update(header.content()));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * A human-readable line for each dropped header.
   *
   * @param headers of {@link MessageProperties#headers}
   */
  public static List<String> in(Map<String, Object> headers) {
    return headers.get(NAME) instanceof List<?> list
        ? list.stream().flatMap(DroppedHeaders::line).toList()
        : List.of();
  }

  private static Stream<String> line(@Nullable Object item) {
    if (!(item instanceof Map<?, ?> table)) {
      return Stream.empty();
    }
    Object more = table.get(MORE);
    return Stream.of(
        "%s (%s%s bytes, SHA-256 %s)"
            .formatted(
                more == null ? table.get(HEADER) : more + " smaller headers",
                more == null ? "type " + table.get(TYPE) + ", " : "",
                table.get(BYTES),
                table.get(SHA_256)));
  }
}
