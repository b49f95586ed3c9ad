package orderflow.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import orderflow.store.StoreException;
import orderflow.testing.HangingStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TimeLimitedStoreTest {
  @TempDir Path folder;

  @Test
  void hangingStoreFailsInTimeAndCancelsWaitingWork() throws Exception {
    Schema schema = Schema.of(List.of(List.of("CREATE TABLE n (i INTEGER)")));
    try (Store real = SqliteStore.open(folder.resolve("db"), schema);
        var hanging = new HangingStore(real);
        var limited = new TimeLimitedStore(hanging, Duration.ofMillis(200))) {
      for (int i = 0; i < 4; i++) {
        assertTrue(
            assertThrows(StoreException.class, () -> insert(limited)).isTransient(), "as 503");
      }
      hanging.awaitHanging();
      hanging.release();
      insert(limited);
      long count =
          limited.<Long>read(
              tx -> tx.query("SELECT count(*) FROM n", row -> row.number(1)).getFirst());
      assertTrue(count <= 3, () -> count + " though only two had begun in time, and one later");
    }
  }

  @Test
  void failureOfTheStoreIsPassedOn() {
    try (Store real = SqliteStore.open(folder.resolve("db"), Schema.of(List.of()));
        var limited = new TimeLimitedStore(real, Duration.ofSeconds(30))) {
      assertEquals(
          "mine",
          assertThrows(
                  IllegalStateException.class,
                  () ->
                      limited.read(_ -> {
                        throw new IllegalStateException("mine");
                      }))
              .getMessage());
    }
  }

  private static int insert(Store store) {
    return store.write(Durability.SYNCED, tx -> tx.update("INSERT INTO n VALUES (1)"));
  }
}
