package orderflow.testing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import orderflow.testing.RabbitSource.Found;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real RabbitMQ of this JVM; without one, tests are skipped or fail. Each source is tried once,
 * when first needed. Thread-safe.
 */
final class SharedRabbit {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRabbit.class);
  private static final SharedRabbit OF_THIS_JVM =
      new SharedRabbit(
          new EnumMap<>(
              Map.of(
                  RabbitSource.URI, () -> UriRabbitNode.find(System.getenv()),
                  RabbitSource.DOCKER, DockerRabbitNode::find,
                  RabbitSource.LOCAL, () -> LocalRabbitNode.find(System.getenv()))),
          System.getenv(),
          "required".equals(System.getProperty("orderflow.real")));

  private final Map<RabbitSource, RabbitSource.Search> searches;
  private final Map<String, String> environment;
  private final boolean required;
  private final Map<RabbitSource, Found> found = new EnumMap<>(RabbitSource.class);

  SharedRabbit(
      Map<RabbitSource, RabbitSource.Search> searches,
      Map<String, String> environment,
      boolean required) {
    this.searches = searches;
    this.environment = environment;
    this.required = required;
  }

  static SharedRabbit ofThisJvm() {
    return OF_THIS_JVM;
  }

  /**
   * The node of the first source that has one.
   *
   * @param control whether it must be one that can be stopped and killed
   * @throws TestAbortedException with the reasons when there is none
   * @throws AssertionFailedError instead, where a real RabbitMQ is required; and always when one
   *     was named that does not work
   */
  synchronized RabbitNode nodeOrSkip(boolean control) {
    List<String> reasons = new ArrayList<>();
    for (RabbitSource source : RabbitSource.allowed(environment)) {
      if (control && !source.controllable()) {
        reasons.add(source.label() + ": is not ours to stop or control");
        continue;
      }
      switch (find(source)) {
        case Found.Node(RabbitNode node) -> {
          return node;
        }
        case Found.Missing(String reason) -> reasons.add(source.label() + ": " + reason);
        case Found.Broken(String reason) -> throw new AssertionFailedError(reason);
      }
    }
    String message = "no real RabbitMQ for this test; " + String.join("; ", reasons);
    if (required) {
      throw new AssertionFailedError(message);
    }
    throw new TestAbortedException(message);
  }

  private Found find(RabbitSource source) {
    Found known = found.get(source);
    if (known != null) {
      return known;
    }
    long begin = System.nanoTime();
    Found now = search(source);
    found.put(source, now);
    long millis = (System.nanoTime() - begin) / 1_000_000;
    switch (now) {
      case Found.Node(RabbitNode node) ->
          LOG.info("RabbitMQ {} from {}, ready in {} ms", node.version(), source.label(), millis);
      case Found.Missing(String reason) ->
          LOG.info("No RabbitMQ from {} after {} ms: {}", source.label(), millis, reason);
      case Found.Broken(String reason) -> LOG.error("{}", reason);
    }
    return now;
  }

  private Found search(RabbitSource source) {
    RabbitSource.Search search = searches.get(source);
    if (search == null) {
      return new Found.Missing("not looked for");
    }
    try {
      return search.find();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Found.Missing("interrupted");
    }
  }
}
