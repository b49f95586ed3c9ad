package orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orderflow.messaging.Topology;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Holds for each source; run it with each choice of {@code ORDERFLOW_TEST_RABBIT}. */
@RealRabbit
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RealRabbitTest {
  private static final String QUEUE = Topology.ORDER_PLACED;
  private static String uriOfTheKilled = "";

  @Test
  @Order(1)
  void everyTestStartsWithAnEmptyVirtualHost(RabbitNode rabbit) throws Exception {
    String first = rabbit.freshUri();
    TestAmqpClient.publishConfirmed(first, QUEUE, "left behind");

    String second = rabbit.freshUri();

    TestAmqpClient.publishConfirmed(second, QUEUE, "fresh");
    assertEquals(List.of("fresh"), TestAmqpClient.takeAll(second, QUEUE));
  }

  @Test
  @Order(2)
  @RealRabbit(control = true)
  void virtualHostsDoNotRunOut(RabbitNode rabbit) throws Exception {
    Set<String> uris = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      uris.add(rabbit.freshUri());
    }
    assertEquals(20, uris.size());
    for (String uri : uris) {
      TestAmqpClient.publishConfirmed(uri, QUEUE, uri);
    }
  }

  @Test
  @Order(3)
  @RealRabbit(control = true)
  void stoppedNodeRestartsAtItsAddress(RabbitNode rabbit) throws Exception {
    String uri = rabbit.freshUri();
    rabbit.stop();
    assertFalse(rabbit.isRunning());
    assertThrows(IOException.class, () -> TestAmqpClient.takeAll(uri, QUEUE));

    rabbit.start();

    TestAmqpClient.publishConfirmed(uri, QUEUE, "after");
    String host = uri.substring(uri.lastIndexOf('/') + 1);
    assertTrue(rabbit.ctl("list_queues", "-p", host, "name", "messages").contains(QUEUE));
    assertThrows(IOException.class, () -> rabbit.ctl("no_such_command"));
  }

  @Test
  @Order(4)
  @RealRabbit(control = true)
  void testCanLeaveItsNodeKilled(RabbitNode rabbit) throws Exception {
    uriOfTheKilled = rabbit.freshUri();
    TestAmqpClient.publishConfirmed(uriOfTheKilled, QUEUE, "confirmed before the kill");
    rabbit.syncDeclarations();

    rabbit.kill();

    assertFalse(rabbit.isRunning());
  }

  @Test
  @Order(5)
  @RealRabbit(control = true)
  void nextTestFindsTheNodeRunningWithConfirmedMessages(RabbitNode rabbit) throws Exception {
    assertTrue(rabbit.isRunning());
    assertEquals(
        List.of("confirmed before the kill"), TestAmqpClient.takeAll(uriOfTheKilled, QUEUE));
  }
}
