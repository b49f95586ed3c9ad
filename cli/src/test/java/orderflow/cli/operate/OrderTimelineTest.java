package orderflow.cli.operate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Timelines from the JSON of the services. */
class OrderTimelineTest {
  private final OrderTimeline trace = new OrderTimeline("o1");

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private void accepted(String status) {
    trace.addOrder(
        json(
            "{'status':'"
                + status
                + "','item_id':'widget','qty':2,'user_id':'u1','accepted_at':'2026-01-01T00:00:00Z'}"));
  }

  private List<String> events() {
    return trace.entries().stream().map(OrderTimeline.Entry::event).toList();
  }

  @Test
  void entriesOfAllServicesAreSortedByTime() {
    trace.addNotification(
        json(
            "{'status':'sent','recorded_at':'2026-01-01T00:00:00.020Z',"
                + "'sent_at':'2026-01-01T00:00:00.050Z','attempts':1,'deliveries':3}"));
    trace.addReservation(
        json("{'status':'reserved','decided_at':'2026-01-01T00:00:00.010Z','deliveries':2}"));
    accepted("reserved");

    assertEquals(List.of("accepted", "reserved", "recorded", "notified"), events());
    assertEquals("delivered 2 times", trace.entries().get(1).detail());
    assertEquals(
        Optional.of(Duration.ofMillis(30)),
        OrderTimeline.gap(trace.entries().get(2), trace.entries().get(3)));
    assertEquals("o1: reserved, notified", trace.summary());
    assertTrue(trace.isComplete());
  }

  @Test
  void failedOrderHasItsReasonAndIsComplete() {
    accepted("failed");
    trace.addReservation(
        json(
            "{'status':'failed','reason':'out of stock',"
                + "'decided_at':'2026-01-01T00:00:00.010Z','deliveries':1}"));

    assertTrue(trace.entries().getLast().detail().contains("out of stock"));
    assertTrue(trace.isComplete());
  }

  @Test
  void publishedStandsBetweenAcceptedAndReserved() {
    trace.addReservation(
        json("{'status':'reserved','decided_at':'2026-01-01T00:00:00.010Z','deliveries':1}"));
    trace.addOrder(
        json(
            "{'status':'reserved','published_at':'2026-01-01T00:00:00.003Z',"
                + "'accepted_at':'2026-01-01T00:00:00Z',"
                + "'item_id':'widget','qty':1,'user_id':'u1'}"));

    assertEquals(List.of("accepted", "published", "reserved"), events());
    assertTrue(trace.toJson().toString().contains("gap_ms=3,"), trace.toJson().toString());
    assertTrue(trace.toJson().toString().contains("gap_ms=7,"), trace.toJson().toString());
  }

  private void published(String confirmedAt) {
    trace.addOrder(
        json(
            "{'status':'reserved','accepted_at':'2026-01-01T00:00:00Z',"
                + "'published_at':'2026-01-01T00:00:00.003Z','confirmed_at':"
                + confirmedAt
                + ",'item_id':'widget','qty':1,'user_id':'u1'}"));
    trace.addReservation(
        json("{'status':'reserved','decided_at':'2026-01-01T00:00:40.010Z','deliveries':1}"));
  }

  @Test
  void promptConfirmIsPartOfTheEntryPublished() {
    published("'2026-01-01T00:00:00.020Z'");

    assertEquals(List.of("accepted", "published", "reserved"), events());
    assertEquals("and confirmed by the broker", trace.entries().get(1).detail());
  }

  /** As under an alarm of the broker. */
  @Test
  void lateConfirmIsAnEntryOfItsOwn() {
    published("'2026-01-01T00:00:40.015Z'");

    assertEquals(List.of("accepted", "published", "confirmed", "reserved"), events());
    assertEquals("confirmed by the broker 40.01 s later", trace.entries().get(1).detail());
    String json = trace.toJson().toString();
    assertTrue(json.contains("gap_ms=3,"), json);
    assertTrue(json.contains("gap_ms=40012,"), json);
    assertTrue(json.contains("gap_ms=-5,"), json);
  }

  /** The relay records confirms with a delay. */
  @Test
  void orderWithoutARecordedConfirmIsNotComplete() {
    trace.addOrder(
        json(
            "{'status':'reserved','published_at':null,'confirmed_at':null,"
                + "'accepted_at':'2026-01-01T00:00:00Z',"
                + "'item_id':'widget','qty':1,'user_id':'u1'}"));
    trace.addNotification(
        json(
            "{'status':'sent','recorded_at':'2026-01-01T00:00:00.020Z',"
                + "'sent_at':'2026-01-01T00:00:00.050Z','attempts':1,'deliveries':1}"));

    assertFalse(trace.isComplete());
  }

  /** Orders of an older version have no publish times. */
  @Test
  void orderWithoutPublishTimesHasNoEntryForThem() {
    accepted("accepted");

    assertEquals(List.of("accepted"), events());
  }

  @Test
  void orderInTheOutboxIsWaiting() {
    trace.addOrder(
        json(
            "{'status':'accepted','published_at':null,'accepted_at':'2026-01-01T00:00:00Z',"
                + "'item_id':'widget','qty':1,'user_id':'u1'}"));

    assertEquals(List.of("accepted", "waiting"), events());
  }

  @Test
  void replayedDeadLetterHasAnEntry() {
    trace.addReservation(
        json(
            "{'status':'reserved','decided_at':'2026-01-01T00:00:02Z','deliveries':2,"
                + "'replays':[{'number':1,'at':'2026-01-01T00:00:01Z'},"
                + "{'number':2,'at':'2026-01-01T00:00:03Z'}]}"));

    assertEquals(List.of("replayed", "reserved", "replayed"), events());
    assertEquals("dead letter received after 2 replays", trace.entries().getLast().detail());
  }

  @Test
  void orderWithoutAnOutcomeIsNotComplete() {
    accepted("accepted");
    assertFalse(trace.isComplete());
    trace.addNotification(
        json(
            "{'status':'pending','recorded_at':'2026-01-01T00:00:01Z','attempts':2,"
                + "'error':'refused'}"));

    assertFalse(trace.isComplete());
    assertEquals("2 attempts, the last: refused", trace.entries().getLast().detail());
  }

  @Test
  void deadLetterEntryHasReasonAndReplayCount() {
    accepted("accepted");
    trace.addDeadLetter("order_placed_dlq", "2026-01-01T00:00:09Z", "conflict", "other qty", 2);
    trace.addDeadLetter("order_outcome_dlq", null, null, null, 0);

    assertEquals("conflict: other qty, replayed 2 times before", trace.entries().get(1).detail());
    assertEquals("unknown", trace.entries().get(2).detail(), "without a time it comes last");
  }

  private List<OrderTimeline.Entry> overMidnight() {
    accepted("reserved");
    trace.addReservation(
        json("{'status':'reserved','decided_at':'2026-01-02T00:00:00.010Z','deliveries':2}"));
    trace.addNotification(json("{'status':'pending','attempts':2,'error':'refused'}"));
    return trace.entries();
  }

  @Test
  void wideTerminalShowsOneLinePerEntry() {
    assertEquals(
        """
        2026-01-01T00:00:00Z                order        accepted    widget x 2 for u1
        2026-01-02T00:00:00.010Z +86400.01 s  inventory    reserved    delivered 2 times
                                            notification pending     2 attempts, the last: refused
        """
            .lines()
            .toList(),
        new TimelineView(0).of(overMidnight()));
  }

  @Test
  void narrowerTerminalShowsTheDayOnItsOwnLine() {
    assertEquals(
        """
        2026-01-01 UTC
        00:00:00.000            order        accepted    widget x 2 for u1
        2026-01-02 UTC
        00:00:00.010 +86400.01 s  inventory    reserved    delivered 2 times
                                notification pending     2 attempts, the last:
                                                         refused
        """
            .lines()
            .toList(),
        new TimelineView(72).of(overMidnight()));
  }

  @Test
  void twentyColumnsShowABlockPerEntryAndFollowContinues() {
    List<OrderTimeline.Entry> moments = overMidnight();
    var lines = new TimelineView(20);

    assertEquals(
        """
        2026-01-01 UTC
        00:00:00.000
          order accepted
            widget x 2 for
            u1
        """
            .lines()
            .toList(),
        lines.of(moments.subList(0, 1)));
    assertEquals(
        """
        2026-01-02 UTC
        00:00:00.010 +86400.01 s
          inventory reserved
            delivered 2
            times
          notification
          pending
            2 attempts, the
            last: refused
        """
            .lines()
            .toList(),
        lines.of(moments.subList(1, 3)));
  }

  @Test
  void notifiedIsNullWhenTheNotificationServiceIsUnavailable() {
    accepted("reserved");
    assertEquals(false, trace.toJson().get("notified"));

    trace.addUnavailable("notification", "the notification service does not answer");
    assertTrue(trace.toJson().containsKey("notified"));
    assertNull(trace.toJson().get("notified"));
    assertEquals(List.of("notification"), trace.toJson().get("silent"));
  }

  @Test
  void timelineWithoutEntriesIsUnknown() {
    assertFalse(trace.isKnown());
    trace.addOrder(json("{}"));
    assertFalse(trace.isKnown());
  }
}
