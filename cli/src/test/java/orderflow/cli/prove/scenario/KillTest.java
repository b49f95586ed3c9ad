package orderflow.cli.prove.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.load.HttpLoad;
import orderflow.cli.load.LoadPlan;
import orderflow.cli.load.OrderSource;
import orderflow.cli.load.Rate;
import orderflow.cli.prove.check.Checker;
import orderflow.cli.prove.check.Judgment;
import orderflow.cli.prove.check.Totals;
import orderflow.cli.prove.check.Verdict;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.failpoint.Failpoint;
import orderflow.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guarantees 1 and 2 on real processes: SIGKILL of each service in the middle of a flood. */
class KillTest {
  private static final int ORDERS = 20_000;
  private static final Duration SEND_LIMIT = Duration.ofMinutes(5);
  private static final Duration QUIESCENCE_LIMIT = Duration.ofMinutes(3);

  private static final Scenario SCENARIO =
      new Scenario(ScenarioSpec.of("test", "for a test", 20), "kill");

  /** The flood is as fast as it can be, so that times are not judged. */
  private static final double ANY_TIME = 10_000;

  @TempDir Path folder;

  @Test
  void killedServicesLoseAndDoubleNoAcceptedOrder() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0);
        var services = new ServiceProcesses(broker.uri(), folder)) {
      services.startAll();
      judge(services);
    }
  }

  private void judge(ServiceProcesses services) throws Exception {
    var ids = SCENARIO.ids();
    var history = new ClientHistory(ids);
    Path file = folder.resolve("history.ndjson");
    try (HistoryWriter written = HistoryWriter.open(file, Instant.now());
        EventRecorder events = EventRecorder.of(services.broker(), ids, written, "")) {
      written.add(HistoryRecords.start(SCENARIO, services, written));
      var load =
          new HttpLoad(
              services.orders(),
              new OrderSource(ids, SCENARIO.item(), 1, 50)::order,
              new LoadPlan(Rate.perSecond(1_000), ORDERS, Duration.ofMinutes(5), 64),
              attempt -> {
                history.accept(attempt.order().orderId(), attempt.result().status());
                written.offer(SteadyOrders.request(attempt, written));
              });
      Thread flood = Thread.ofPlatform().start(() -> runUnchecked(load));
      long nextKillAt = 0;
      for (ServiceName victim :
          List.of(ServiceName.INVENTORY, ServiceName.NOTIFICATION, ServiceName.ORDER)) {
        nextKillAt += ORDERS / 5;
        awaitSent(load, nextKillAt);
        services.kill(victim);
        services.start(victim);
      }
      flood.join();
      new QuiescenceWait(services, history, OrderEvidence.NONE)
          .await(new Deadline(QUIESCENCE_LIMIT), QUIESCENCE_LIMIT);
      events.awaitQuiet();
      FinalState.record(services, "kill", ids.prefix(), SCENARIO.item(), written);
      written.add(
          new HistoryRecord.End(written.now(), "quiescent", 0, Map.of(), Map.of(), ANY_TIME));
    }
    Judgment judgment = Checker.judge(file);
    Totals totals = judgment.totals();
    assertEquals(List.of(), totals.lost(), "accepted, but not reserved and notified");
    assertEquals(List.of(), totals.doubleEffects(), "more than one outcome");
    assertEquals(Verdict.PASS, judgment.verdict(), judgment::toString);
    assertTrue(totals.accepted() > ORDERS / 2, "accepted only " + totals.accepted());
    String log = Files.readString(services.log());
    assertTrue(log.contains("Processed order_id=kill-"));
    for (Failpoint point : Failpoint.values()) {
      assertTrue(log.contains("Failpoint " + point), point + " was not passed");
    }
  }

  private static void runUnchecked(HttpLoad load) {
    try {
      load.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitSent(HttpLoad load, long count) throws Exception {
    Await.until(count + " orders are sent", SEND_LIMIT, () -> load.stats().sentCount() >= count);
  }
}
