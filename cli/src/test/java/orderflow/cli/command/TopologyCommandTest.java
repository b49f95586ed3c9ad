package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import orderflow.cli.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code topology}. */
@Timeout(30)
class TopologyCommandTest extends DeadLetterTestQueues {
  @Test
  void topologyIsDeclaredAndExportedAsJson() {
    assertEquals(4, run("topology", "declare", "-o", "json").json().size());
    assertEquals(
        "other",
        new Cli()
            .run("topology", "export", "--uri", "amqp://127.0.0.1:1/other")
            .json()
            .path("queues")
            .get(0)
            .path("vhost")
            .stringValue());
    assertEquals(2, run("topology", "export", "-o", "csv").exit());
    assertEquals(
        List.of("arguments", "auto_delete", "durable", "name", "vhost"),
        List.copyOf(run("topology", "export").json().path("queues").get(0).propertyNames()),
        "the same each time");
  }
}
