package orderflow.cli.prove.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import orderflow.cli.prove.schedule.ScheduleShortener.Shortened;
import org.junit.jupiter.api.Test;

class ScheduleShortenerTest {
  private static final List<Integer> TWELVE = IntStream.range(0, 12).boxed().toList();

  private static Shortened<Integer> shorten(Set<Integer> needed, int mostRuns)
      throws InterruptedException {
    return new ScheduleShortener<Integer>(mostRuns, steps -> steps.containsAll(needed))
        .shorten(TWELVE);
  }

  @Test
  void oneNeededStepRemains() throws Exception {
    assertEquals(List.of(7), shorten(Set.of(7), 100).steps());
  }

  @Test
  void exactlyTheNeededStepsRemainInOrder() throws Exception {
    var random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      Set<Integer> needed = new HashSet<>();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        needed.add(random.nextInt(TWELVE.size()));
      }

      Shortened<Integer> result = shorten(needed, 1_000);

      assertEquals(needed.stream().sorted().toList(), result.steps());
      assertTrue(result.isMinimal());
    }
  }

  @Test
  void failureWithoutAnyStepNeedsNone() throws Exception {
    assertEquals(new Shortened<>(List.of(), 1, true), shorten(Set.of(), 100));
  }

  @Test
  void allStepsRemainWhenEachIsNeeded() throws Exception {
    Shortened<Integer> result = shorten(new HashSet<>(TWELVE), 1_000);

    assertEquals(TWELVE, result.steps());
    assertTrue(result.isMinimal());
  }

  @Test
  void runsAreBoundedAndTheBestSoFarIsReturned() throws Exception {
    List<Integer> lengths = new ArrayList<>();
    var shortener =
        new ScheduleShortener<Integer>(
            5,
            steps -> {
              lengths.add(steps.size());
              return steps.containsAll(Set.of(2, 9));
            });

    Shortened<Integer> result = shortener.shorten(TWELVE);

    assertEquals(5, lengths.size());
    assertEquals(5, result.runs());
    assertFalse(result.isMinimal());
    assertTrue(result.steps().size() < 12, result.toString());
    assertTrue(result.steps().containsAll(Set.of(2, 9)), result.toString());
  }
}
