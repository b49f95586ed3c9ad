package orderflow.cli.prove.variants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import orderflow.cli.prove.variants.VariantResult.Outcome;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code verify} finds some of the planted bugs, other ones each day; {@code .ci/variants} runs
 * all.
 */
@Timeout(900)
class PlantedVariantsTest {
  private static final String SEED = "orderflow.variants.seed";
  private static final int COUNT = 3;

  static List<Variant> variantsOfTheDay() {
    List<Variant> all =
        new ArrayList<>(
            VariantList.all().stream()
                .filter(variant -> variant.open().isEmpty())
                .filter(variant -> variant.brokers().contains("embedded"))
                .toList());
    Collections.shuffle(all, new Random(seed()));
    return all.subList(0, COUNT);
  }

  private static long seed() {
    return Long.getLong(SEED, LocalDate.now(ZoneOffset.UTC).toEpochDay());
  }

  @ParameterizedTest
  @MethodSource("variantsOfTheDay")
  void plantedBugIsFoundUnderItsName(Variant variant) throws Exception {
    VariantResult result = VariantRun.of(variant, "embedded", seed());

    assertEquals(
        Outcome.FOUND, result.outcome(), result + "; repeat with -D" + SEED + "=" + seed());
  }
}
