package orderflow.badinput;

import static orderflow.badinput.RefusalMessages.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import orderflow.testing.Await;
import orderflow.testing.RawHttpClient;
import orderflow.testing.RawHttpClient.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service whose database was removed or replaced while it runs. */
class LostDatabaseTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void orderServiceWithoutItsDatabaseRefusesOrders() throws IOException {
    try (ServiceUnderTest orders = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder)) {
      assertEquals(202, place(orders, "o-1").status());
      Files.delete(folder.resolve("order.db"));
      Reply reply = place(orders, "o-2");
      assertRefused(503, reply);
      assertTrue(reply.body().contains("removed or renamed while in use"), reply.body());
      String readiness = orders.get("/health/ready").body();
      assertTrue(readiness.contains("removed or renamed while in use"), readiness);
    }
    try (ServiceUnderTest orders = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder)) {
      assertEquals(404, orders.get("/order/o-2").status());
    }
  }

  @Test
  void idleServicesNoticeARemovedDatabase() throws Exception {
    try (ServiceUnderTest orders = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder);
        ServiceUnderTest inventory =
            ServiceUnderTest.inventory(ServiceUnderTest.noBroker(), folder);
        ServiceUnderTest notification =
            ServiceUnderTest.notification(ServiceUnderTest.noBroker(), folder)) {
      for (ServiceUnderTest service : new ServiceUnderTest[] {orders, inventory, notification}) {
        assertTrue(service.get("/health/ready").body().contains("\"store\":\"up\""));
      }
      for (String name : new String[] {"order", "inventory", "notification"}) {
        Files.move(folder.resolve(name + ".db"), folder.resolve("old-" + name));
      }
      for (ServiceUnderTest service : new ServiceUnderTest[] {orders, inventory, notification}) {
        Await.until("the loss is reported", LIMIT, () -> reportsLoss(service));
      }
      for (String name : new String[] {"order", "inventory", "notification"}) {
        Files.move(folder.resolve("old-" + name), folder.resolve(name + ".db"));
      }
      for (ServiceUnderTest service : new ServiceUnderTest[] {orders, inventory, notification}) {
        Await.until(
            "the store is up again",
            LIMIT,
            () -> service.get("/health/ready").body().contains("\"store\":\"up\""));
      }
      assertEquals(202, place(orders, "o-1").status());
    }
  }

  private static boolean reportsLoss(ServiceUnderTest service) throws IOException {
    return service.get("/health/ready").body().contains("removed or renamed while in use");
  }

  private static Reply place(ServiceUnderTest orders, String id) throws IOException {
    return RawHttpClient.once(
        orders.port(), RawHttpClient.post("/order", BadOrders.ORDER.replace(BadMessages.MARK, id)));
  }
}
