package orderflow.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orderflow.messaging.DeadLetter.Reason;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.Topology;
import orderflow.testing.Await;
import orderflow.testing.RawHttpClient;
import orderflow.testing.SharedBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of the three services. */
@Timeout(120)
class MetricsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)[{ ].*");
  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-z_]+) ?(.*)");

  @TempDir Path folder;

  private final SharedBroker broker = new SharedBroker();
  private Map<String, ServiceUnderTest> services = Map.of();

  @BeforeEach
  void start() throws Exception {
    services =
        Map.of(
            Topology.ORDER_OUTCOME, ServiceUnderTest.order(broker, folder),
            Topology.ORDER_PLACED, ServiceUnderTest.inventory(broker, folder),
            Topology.INVENTORY_RESERVED, ServiceUnderTest.notification(broker, folder));
    ServiceUnderTest order = service(Topology.ORDER_OUTCOME);
    String body = "{\"order_id\":\"a\",\"item_id\":\"widget\",\"qty\":1,\"user_id\":\"u\"}";
    assertEquals(
        202, RawHttpClient.once(order.port(), RawHttpClient.post("/order", body)).status());
    Await.until("reserved", LIMIT, () -> "reserved".equals(order.status("/order/a")));
  }

  @AfterEach
  void stop() {
    services.values().forEach(ServiceUnderTest::close);
  }

  @Test
  void everyMetricHasATypeAndADescription() throws Exception {
    List<String> wanting = new ArrayList<>();
    for (ServiceUnderTest service : services.values()) {
      Map<String, String> help = new TreeMap<>();
      Map<String, String> type = new TreeMap<>();
      for (String line : metrics(service)) {
        Matcher comment = COMMENT.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (comment.matches()) {
          (comment.group(1).equals("HELP") ? help : type).put(comment.group(2), comment.group(3));
        } else if (sample.matches()) {
          String name = sample.group(1);
          String family = name.replaceFirst("_(bucket|count|sum)$", "");
          if (help.getOrDefault(name, help.getOrDefault(family, "")).isBlank()
              || type.getOrDefault(name, type.getOrDefault(family, "")).isBlank()) {
            wanting.add(name);
          }
        }
      }
      assertTrue(help.size() > 8, help::toString);
    }
    assertEquals(List.of(), wanting.stream().distinct().toList());
  }

  @Test
  void deadLettersAreCountedByQueueAndReasonFromZeroOn() throws Exception {
    for (Map.Entry<String, ServiceUnderTest> each : services.entrySet()) {
      String queue = each.getKey();
      for (Reason reason : Reason.values()) {
        assertEquals(0, deadLetters(queue, reason), () -> queue + " " + reason);
      }
      MessageProperties known = MessageProperties.persistent("m");
      for (MessageProperties properties : List.of(MessageProperties.none(), known, known)) {
        broker.put(new Message("", queue, properties, "poison".getBytes(UTF_8)));
      }
      Await.until("three dead letters", LIMIT, () -> deadLetters(queue, Reason.MALFORMED) == 3);
      assertEquals(0, deadLetters(queue, Reason.INVALID));
    }
  }

  @Test
  void timersHaveHistograms() throws Exception {
    List<String> order = metrics(service(Topology.ORDER_OUTCOME));
    for (String bucket :
        List.of(
            "http_server_requests_seconds_bucket{.*status=\"202\",uri=\"/order\",le=\"0.01\".*",
            "orderflow_store_commit_seconds_bucket{.*le=\"0.01\".*",
            "orderflow_confirm_seconds_bucket{lane=\"events\",.*le=\"0.01\".*")) {
      Pattern line = Pattern.compile(bucket.replace("{", "\\{"));
      assertTrue(order.stream().anyMatch(each -> line.matcher(each).matches()), bucket);
    }
  }

  private int deadLetters(String queue, Reason reason) throws Exception {
    return service(queue)
        .metric(
            "orderflow_dead_letters_total{queue=\"%s\",reason=\"%s\""
                .formatted(queue, reason.wire()));
  }

  private ServiceUnderTest service(String queue) {
    return Objects.requireNonNull(services.get(queue));
  }

  private static List<String> metrics(ServiceUnderTest service) throws Exception {
    return service.get("/metrics").body().lines().toList();
  }
}
