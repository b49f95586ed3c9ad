package orderflow.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orderflow.testing.RabbitSource.Found;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

final class SharedRabbitTest {
  private static final RabbitNode GIVEN = new Named("given");
  private static final RabbitNode CONTAINER = new Named("container");
  private static final RabbitNode INSTALLED = new Named("installed");

  private final Map<RabbitSource, Found> there = new EnumMap<>(RabbitSource.class);
  private final List<RabbitSource> looked = new ArrayList<>();

  @Test
  void firstSourceWithABrokerIsUsed() {
    there.put(RabbitSource.DOCKER, new Found.Node(CONTAINER));
    there.put(RabbitSource.LOCAL, new Found.Node(INSTALLED));
    SharedRabbit rabbit = rabbit(Map.of(), false);

    assertSame(CONTAINER, rabbit.nodeOrSkip(false));
    assertSame(CONTAINER, rabbit.nodeOrSkip(true));
    assertEquals(List.of(RabbitSource.URI, RabbitSource.DOCKER), looked, "each tried once");
  }

  @Test
  void testThatControlsItsBrokerDoesNotGetAGivenOne() {
    there.put(RabbitSource.URI, new Found.Node(GIVEN));
    there.put(RabbitSource.LOCAL, new Found.Node(INSTALLED));
    SharedRabbit rabbit = rabbit(Map.of(), false);

    assertSame(GIVEN, rabbit.nodeOrSkip(false));
    assertSame(INSTALLED, rabbit.nodeOrSkip(true));
  }

  @Test
  void testIsSkippedWithTheReasonsOfAllSources() {
    TestAbortedException skipped =
        assertThrows(TestAbortedException.class, () -> rabbit(Map.of(), false).nodeOrSkip(false));

    for (RabbitSource source : RabbitSource.values()) {
      String reason = source.label() + ": no " + source.label() + " here";
      assertTrue(String.valueOf(skipped.getMessage()).contains(reason), skipped::getMessage);
    }
  }

  @Test
  void testFailsWithoutABrokerWhereOneIsRequired() {
    assertThrows(AssertionFailedError.class, () -> rabbit(Map.of(), true).nodeOrSkip(false));
  }

  @Test
  void unreachableGivenBrokerFailsTheTest() {
    there.put(RabbitSource.URI, new Found.Broken("connection refused"));
    there.put(RabbitSource.LOCAL, new Found.Node(INSTALLED));

    assertThrows(AssertionFailedError.class, () -> rabbit(Map.of(), false).nodeOrSkip(false));
  }

  @Test
  void environmentCanSelectOneSource() {
    there.put(RabbitSource.DOCKER, new Found.Node(CONTAINER));
    there.put(RabbitSource.LOCAL, new Found.Node(INSTALLED));

    assertSame(INSTALLED, rabbit(Map.of(RabbitSource.CHOICE, "local"), false).nodeOrSkip(false));
    assertThrows(
        TestAbortedException.class,
        () -> rabbit(Map.of(RabbitSource.CHOICE, "uri"), false).nodeOrSkip(false));
    assertThrows(
        IllegalArgumentException.class,
        () -> rabbit(Map.of(RabbitSource.CHOICE, "podman"), false).nodeOrSkip(false));
  }

  private SharedRabbit rabbit(Map<String, String> environment, boolean required) {
    Map<RabbitSource, RabbitSource.Search> searches = new EnumMap<>(RabbitSource.class);
    for (RabbitSource source : RabbitSource.values()) {
      searches.put(
          source,
          () -> {
            looked.add(source);
            return there.getOrDefault(source, new Found.Missing("no " + source.label() + " here"));
          });
    }
    return new SharedRabbit(searches, environment, required);
  }

  /** A node without behaviour. */
  private record Named(String uri) implements RabbitNode {
    @Override
    public String freshUri() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String version() {
      return "0";
    }

    @Override
    public boolean canBeControlled() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isRunning() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void start() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void stop() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void kill() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String ctl(String... arguments) {
      throw new UnsupportedOperationException();
    }
  }
}
