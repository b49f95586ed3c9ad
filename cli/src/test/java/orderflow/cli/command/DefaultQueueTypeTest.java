package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import orderflow.cli.Cli;
import orderflow.cli.Cli.Result;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues whose type is that of their virtual host, declared without arguments. */
@Timeout(120)
@RealRabbit(control = true)
final class DefaultQueueTypeTest {
  @Test
  void statusWarnsOnlyOfTheDefaultDeliveryLimit(RabbitNode rabbit) throws Exception {
    Assumptions.assumeFalse(
        rabbit.version().startsWith("3."), "a default queue type and limit need RabbitMQ 4");
    String uri = rabbit.freshUri();
    rabbit.ctl(
        "update_vhost_metadata",
        uri.substring(uri.lastIndexOf('/') + 1),
        "--default-queue-type",
        "quorum");
    Cli cli = new Cli().with("ORDERFLOW_AMQP_URI", uri);
    assertEquals(0, cli.run("topology", "declare").exit());

    Result status = cli.run("status");
    assertTrue(
        status.out().contains("quorum queue that drops a message after 20 deliveries"),
        status.out());
    assertFalse(status.out().contains("has another declaration"), status.out());

    Result expected = cli.run("status", "--queue-type", "quorum");
    assertTrue(
        expected.out().contains("has another declaration: no x-delivery-limit"), expected.out());
  }
}
