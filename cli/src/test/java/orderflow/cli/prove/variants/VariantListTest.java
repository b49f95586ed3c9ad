package orderflow.cli.prove.variants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.cli.prove.variants.Variant.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VariantListTest {
  @TempDir Path folder;

  static List<Variant> variants() {
    return VariantList.all();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void variantFitsTheSourcesAndCompiles(Variant variant) {
    assertFalse(variant.description().isEmpty());
    assertFalse(variant.scenarios().isEmpty());
    assertFalse(variant.words().isEmpty());
    assertFalse(variant.changes().isEmpty());
    assertTrue(Variant.BROKERS.containsAll(variant.brokers()), variant.brokers().toString());
    VariantCompiler.compile(variant, folder);
  }

  @Test
  void scenariosExist() {
    List<String> known = new Scenarios("variants", 1, false, Clock.systemUTC()).names();

    for (Variant variant : variants()) {
      assertTrue(
          !variant.open().isEmpty() || known.containsAll(variant.scenarios()),
          variant + ": " + variant.scenarios());
    }
  }

  @Test
  void namesAreUnique() {
    List<String> names = variants().stream().map(Variant::name).toList();

    assertEquals(names.stream().distinct().toList(), names);
    assertTrue(names.size() >= 40, "variants: " + names.size());
  }

  @Test
  void sectionIsReadWithAllItsChanges() {
    List<Variant> variants =
        VariantList.parse(
            """
            The head.

            ## one
            It is wrong
            scenarios: a b
            words: x, two words
            brokers: rabbitmq
            open: not yet
            file: A.java
             kept
            -  old
            +  new

            -other
            file: B.java
            -b
            +c

            ## two
            It is wrong too
            scenarios: c
            words: y
            file: C.java
            -d
            """);

    assertEquals(2, variants.size());
    Variant one = variants.getFirst();
    assertEquals("It is wrong", one.description());
    assertEquals(List.of("a", "b"), one.scenarios());
    assertEquals(List.of("x", "two words"), one.words());
    assertEquals(List.of("rabbitmq"), one.brokers());
    assertEquals("not yet", one.open());
    assertEquals(
        List.of(
            new Change("A.java", List.of("kept", "old"), List.of("kept", "new")),
            new Change("A.java", List.of("other"), List.of()),
            new Change("B.java", List.of("b"), List.of("c"))),
        one.changes());
    assertEquals(Variant.BROKERS, variants.getLast().brokers());
  }

  @Test
  void changeThatFitsNowhereOrTwiceIsRefused() {
    var change = new Change("A.java", List.of("a", "b"), List.of("c"));

    assertEquals("x c y", VariantCompiler.apply("n", change, "x a\n   b y"));
    assertThrows(
        IllegalStateException.class, () -> VariantCompiler.apply("n", change, "x a\n c y"));
    assertThrows(
        IllegalStateException.class, () -> VariantCompiler.apply("n", change, "a\nb a\nb"));
  }
}
