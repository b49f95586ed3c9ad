package orderflow.cli.prove.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.schedule.FaultSchedule.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultScheduleTest {
  private static final int SEEDS = 200;

  private static FaultSchedule drawn(long seed) {
    return new RandomSchedule(new Random(seed)).mixed(30, 12);
  }

  @Test
  void textIsReadBackAsTheSameSchedule() {
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultSchedule schedule = drawn(seed);

      assertEquals(schedule, FaultSchedule.parse(schedule.toString()));
    }
  }

  @Test
  void sameSeedDrawsTheSameSchedule() {
    assertEquals(drawn(42), drawn(42));
    assertFalse(drawn(42).equals(drawn(43)));
  }

  @Test
  void entriesAreSortedByTime() {
    assertEquals(
        "1.0-2.0 pause order, 3.0-3.5 crash inventory relay.confirm.after 2",
        FaultSchedule.parse("3-3.5 crash inventory relay.confirm.after 2,1-2 pause order")
            .toString());
  }

  @Test
  void allKindsAreDrawnAndSomeOverlap() {
    Set<Class<?>> kinds =
        IntStream.range(0, SEEDS)
            .boxed()
            .flatMap(seed -> drawn(seed).entries().stream())
            .map(entry -> entry.fault().getClass())
            .collect(Collectors.toSet());
    long overlapping = IntStream.range(0, SEEDS).filter(seed -> overlaps(drawn(seed))).count();

    assertEquals(7, kinds.size(), kinds.toString());
    assertTrue(overlapping > SEEDS * 9 / 10, overlapping + " schedules with an overlap");
  }

  private static boolean overlaps(FaultSchedule schedule) {
    List<Entry> entries = schedule.entries();
    return IntStream.range(1, entries.size())
        .anyMatch(i -> entries.get(i).from() < entries.get(i - 1).until());
  }

  /** The second one would have no effect of its own. */
  @Test
  void faultsOfOneServiceNeverOverlap() {
    for (int seed = 0; seed < SEEDS; seed++) {
      List<Entry> entries = drawn(seed).entries();
      for (int i = 0; i < entries.size(); i++) {
        for (Entry later : entries.subList(i + 1, entries.size())) {
          assertTrue(
              later.from() > entries.get(i).until()
                  || !later.fault().target().equals(entries.get(i).fault().target()),
              entries.get(i) + " and " + later + " with seed " + seed);
        }
      }
    }
  }

  /** Without orders, inventory never passes the point. */
  @Test
  void crashesOverlapNoFaultThatKeepsThemFromHappening() {
    for (int seed = 0; seed < SEEDS; seed++) {
      for (Entry crash : drawn(seed).entries()) {
        if (crash.fault() instanceof EnvironmentFault.CrashAt(var service, _, _)
            && service != ServiceName.ORDER) {
          assertTrue(
              drawn(seed).entries().stream()
                  .filter(other -> !other.equals(crash))
                  .filter(other -> other.from() <= crash.until() && crash.from() <= other.until())
                  .allMatch(other ->
                      other.fault().target().equals(Optional.of(ServiceName.NOTIFICATION))),
              drawn(seed).toString());
        }
      }
    }
  }

  @Test
  void killsFollowEachOther() {
    for (int seed = 0; seed < SEEDS; seed++) {
      FaultSchedule kills = new RandomSchedule(new Random(seed)).kills(ServiceName.ORDER, 10, 3);

      assertEquals(3, kills.entries().size());
      assertFalse(overlaps(kills), kills.toString());
      assertTrue(kills.end().orElseThrow() <= 10, kills.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kill order                   | expected FROM-UNTIL FAULT
          1-2 kill                     | expected 2 words
          1-2 kill everybody           | there is no service everybody
          1-2 crash order nowhere 1    | there is no failpoint nowhere
          1-2 crash order accept.commit.after 0 | a pass is a number above 0
          1-2 flood                    | there is no fault flood
          3-2 kill order               | before it begins
          """)
  void invalidTextIsReported(String text, String problem) {
    var e = assertThrows(IllegalArgumentException.class, () -> FaultSchedule.parse(text));

    assertTrue(String.valueOf(e.getMessage()).contains(problem), e.getMessage());
  }
}
