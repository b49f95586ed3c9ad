package orderflow.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import orderflow.rabbit.AmqpProbe;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A durable broker that loses its data folder, or finds other files in it. */
class LostFolderTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  @Test
  void renamedFolderStopsTheBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data())) {
      Files.move(data(), folder.resolve("elsewhere"));
      String failure = broker.failure().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertTrue(failure.contains(data() + "/messages was removed or renamed"), failure);
      assertNotEquals(
          AmqpProbe.Result.AMQP, AmqpProbe.of("127.0.0.1", broker.port(), LIMIT).result());
    }
  }

  @Test
  void removedLockFileIsRestoredAndExcludesASecondBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.durable(0, data())) {
      Files.delete(data().resolve(DataFolderLock.FILE));
      Await.until("it is made anew", LIMIT, () -> isLocked());
      assertThrows(DataFolderInUseException.class, () -> EmbeddedBroker.durable(0, data()));
      assertEquals(AmqpProbe.Result.AMQP, AmqpProbe.of("127.0.0.1", broker.port(), LIMIT).result());
    }
  }

  private boolean isLocked() {
    return Files.exists(data().resolve(DataFolderLock.FILE));
  }

  @Test
  void unreadableFolderIsReportedInOneLineWithAdvice() throws IOException {
    EmbeddedBroker.durable(0, data()).close();
    Files.writeString(data().resolve("messages/00000000.jdb"), "garbage ".repeat(1_000));
    BrokerStartException refused =
        assertThrows(BrokerStartException.class, () -> EmbeddedBroker.durable(0, data()));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(data().toString()), message);
    assertTrue(message.contains("choose another --data-dir"), message);
    assertEquals(1, message.lines().count(), message);
  }
}
