package orderflow.cli.deadletter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import orderflow.cli.deadletter.DeadLetterFile.DamagedLineException;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessageProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any message that is written can be read; a line that is incomplete or damaged is not read. */
class DeadLetterFileTest {
  private static Delivery deadLetter(byte[] body) {
    return new Delivery(
        7, true, "a_dlq", "x", "y", MessageProperties.persistent("id \u00e9"), body);
  }

  private static String line(Delivery message) throws IOException {
    var line = new StringWriter();
    DeadLetterFile.write(DeadLetterInfo.of(1, message), message, line);
    return line.toString();
  }

  @Test
  void everyBodyIsRestoredByteForByte() throws IOException {
    var random = new Random(1);
    for (int n = 0; n < 500; n++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      assertIsRestored(body);
    }
    for (String text : new String[] {"", "\n\r\t\0", "\ud83d\ude00 \u2028", "{\"a\":\"b\"}"}) {
      assertIsRestored(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void assertIsRestored(byte[] body) throws IOException {
    Delivery before = deadLetter(body);
    String line = line(before);
    Delivery after = DeadLetterFile.read(3, line.getBytes(StandardCharsets.UTF_8)).message();

    assertEquals(1, line.lines().count(), line);
    assertArrayEquals(body, after.body());
    assertArrayEquals(before.properties().encode(), after.properties().encode());
    assertEquals("a_dlq", after.queue());
    assertEquals(3, after.tag());
  }

  private static List<Delivery> read(Path file) throws Exception {
    List<Delivery> messages = new ArrayList<>();
    try (DeadLetterFile.Reader reader = DeadLetterFile.open(file)) {
      reader.forEachRemaining(line -> messages.add(line.message()));
      assertEquals(messages.size() == 2, reader.note().isEmpty(), reader.note().toString());
    }
    return messages;
  }

  /** The writer may be killed at any byte, also within a multi-byte character. */
  @Test
  void incompleteLastLineIsSkipped(@TempDir Path folder) throws Exception {
    Delivery deadLetter = deadLetter("\u00e9 \ud83d\ude00".getBytes(StandardCharsets.UTF_8));
    byte[] line = line(deadLetter).getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("letters.ndjson");
    for (int length = 1; length <= line.length; length++) {
      var text = new ByteArrayOutputStream();
      text.write(line);
      text.write('\n');
      text.write(line, 0, length);
      Files.write(file, text.toByteArray());

      assertEquals(length == line.length ? 2 : 1, read(file).size());
    }
    Files.writeString(file, "{\n");
    assertThrows(DamagedLineException.class, () -> read(file));
  }

  @Test
  void largeBodyIsRestored() throws IOException {
    byte[] text = "\u00e9".repeat(15_000_000).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[30_000_000];
    new Random(1).nextBytes(bytes);

    assertIsRestored(text);
    assertIsRestored(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"queue\":\"q\"}",
        "{\"queue\":\"q\",\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"%\"}",
        "{\"queue\":\"q\",\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"AA==\"}",
        "{\"queue\":\"q\",\"body\":\"%\",\"body_encoding\":\"base64\",\"properties\":\"\"}",
        "{\"queue\":\"q\",\"position\":0,\"body\":\"x\",\"body_encoding\":\"utf-8\","
            + "\"properties\":\"ADwAAAAAAAAAAAAAAAA=\"}",
        "{\"queue\":\"q\",\"position\":1,\"body\":\"x\",\"body_encoding\":\"UTF-8\","
            + "\"properties\":\"ADwAAAAAAAAAAAAAAAA=\"}",
        "{\"queue\":1,\"body\":\"x\",\"body_encoding\":\"utf-8\",\"properties\":\"\"}"
      })
  void damagedLineIsNamed(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    var thrown = assertThrows(DamagedLineException.class, () -> DeadLetterFile.read(12, bytes));

    assertTrue(String.valueOf(thrown.getMessage()).startsWith("line 12 "), thrown.getMessage());
  }
}
