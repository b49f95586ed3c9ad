package orderflow.badinput;

import java.net.URI;
import java.util.Map;
import orderflow.testing.RabbitNode;
import orderflow.testing.RealRabbit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Refused destinations on a real RabbitMQ. */
@RealRabbit
final class RealRabbitRefusedDestinationTest extends RefusedDestinationContract {
  @SuppressWarnings("NullAway.Init") // before each test
  private RabbitNode rabbit;

  private String vhostUri = "";

  @BeforeEach
  void take(RabbitNode node) throws Exception {
    rabbit = node;
    connect();
  }

  @Override
  protected URI freshUri() throws Exception {
    vhostUri = rabbit.freshUri();
    return URI.create(vhostUri);
  }

  @Override
  protected Map<String, Object> full() {
    return Map.of("x-max-length", 1, "x-overflow", "reject-publish");
  }

  /** RabbitMQ 3.10 goes on refusing the channel of a quorum queue whose limit was removed. */
  @Test
  void deadLettersArriveOnceTheLimitOfAQuorumQueueIsRemoved() throws Exception {
    String vhost = URI.create(vhostUri).getPath().substring(1);
    deadLettersArriveOnceTheQueueHasNoLimit(
        Map.of("x-queue-type", "quorum"),
        () ->
            rabbit.ctl(
                "set_policy",
                "-p",
                vhost,
                "full",
                "_dlq$",
                "{\"max-length\": 1, \"overflow\": \"reject-publish\"}"),
        () -> rabbit.ctl("clear_policy", "-p", vhost, "full"));
  }

  @Test
  void transientDeadLetterQueueStopsOnlyDeadLetters() throws Exception {
    transientQueueStopsOnlyItsOwnMessages();
  }
}
