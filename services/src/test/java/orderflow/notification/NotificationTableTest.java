package orderflow.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import orderflow.store.Schema;
import orderflow.store.SqliteStore;
import orderflow.store.Store;
import orderflow.store.Store.Durability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationTableTest {
  @TempDir Path folder;

  @Test
  void unsentNotificationsAreCountedUpToALimit() {
    try (Store store =
        SqliteStore.open(
            folder.resolve("db"),
            Schema.of(List.of(NotificationTable.SCHEMA)).then(NotificationTable.GIVEN_UP_SCHEMA))) {
      assertEquals(0, store.read(NotificationTable::unsent));
      fill(store, 1, NotificationTable.MAX_COUNTED - 1);
      store.write(
          Durability.RELAXED, tx -> tx.update("DELETE FROM unsent WHERE id BETWEEN 2 AND 1001"));
      assertEquals(NotificationTable.MAX_COUNTED - 1_001, store.read(NotificationTable::unsent));
      fill(store, NotificationTable.MAX_COUNTED, 2 * NotificationTable.MAX_COUNTED);
      assertEquals(NotificationTable.MAX_COUNTED, store.read(NotificationTable::unsent));
    }
  }

  private static void fill(Store store, int from, int to) {
    store.write(
        Durability.RELAXED,
        tx ->
            tx.update(
                "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                    + " INSERT INTO unsent (id, order_id, due_at) SELECT i, 'o-' || i, 0 FROM n",
                from,
                to));
  }
}
