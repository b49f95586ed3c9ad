package orderflow.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sources of a real RabbitMQ, in the order in which they are tried. */
enum RabbitSource {
  URI(false),
  DOCKER(true),
  LOCAL(true);

  static final String CHOICE = "ORDERFLOW_TEST_RABBIT";

  private final boolean controllable;

  RabbitSource(boolean controllable) {
    this.controllable = controllable;
  }

  /** Whether tests can stop and kill its node. */
  boolean controllable() {
    return controllable;
  }

  /** The name used in the environment and in reasons. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * All sources, or the one that the environment selects.
   *
   * @throws IllegalArgumentException when the environment names something else
   */
  static List<RabbitSource> allowed(Map<String, String> environment) {
    String choice = environment.getOrDefault(CHOICE, "").strip();
    if (choice.isEmpty()) {
      return List.of(values());
    }
    return Arrays.stream(values())
        .filter(source -> source.label().equals(choice))
        .findFirst()
        .map(List::of)
        .orElseThrow(() ->
            new IllegalArgumentException(
                CHOICE + " is \"" + choice + "\", but must be uri, docker or local"));
  }

  /** The result of one source. */
  sealed interface Found {
    /** A running node. */
    record Node(RabbitNode node) implements Found {}

    /** No node, with the reason. */
    record Missing(String reason) implements Found {}

    /** A selected source that does not work, which fails the test. */
    record Broken(String reason) implements Found {}
  }

  /** Tries one source, with a time limit. */
  @FunctionalInterface
  interface Search {
    Found find() throws InterruptedException;
  }
}
