package orderflow.testing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where a real RabbitMQ may come from, in the order in which they are tried. */
enum RabbitSource {
  URI(false),
  DOCKER(true),
  LOCAL(true);

  static final String CHOICE = "ORDERFLOW_TEST_RABBIT";

  private final boolean controllable;

  RabbitSource(boolean controllable) {
    this.controllable = controllable;
  }

  /** Whether its node may be stopped and killed. */
  boolean controllable() {
    return controllable;
  }

  /** The name used in the environment and in reasons. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * All, or the one that the environment allows.
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

  /** What looking at one source gave. */
  sealed interface Found {
    /** A node that runs. */
    record Node(RabbitNode node) implements Found {}

    /** None, and why, for people. */
    record Missing(String reason) implements Found {}

    /** One that was asked for by name and does not work: not to be passed over in silence. */
    record Broken(String reason) implements Found {}
  }

  /** Looks at one source; bounded in time. */
  @FunctionalInterface
  interface Search {
    Found find() throws InterruptedException;
  }
}
