package orderflow.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * The Docker engine that Testcontainers finds, with a limit on every call. Only the finding is
 * Testcontainers': its containers would need a second image, the reaper, that cannot be had
 * everywhere. Containers made through here carry {@link #ownerLabel} instead: a shutdown hook
 * removes those of this JVM, and the next JVM those of one that could not. Thread-safe.
 */
final class DockerEngine {
  private static final Duration FIND_LIMIT = Duration.ofSeconds(30);
  private static final Duration PULL_LIMIT = Duration.ofSeconds(90);
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(20);
  private static final String LABEL = "orderflow.test.owner";
  private static final String LOOPBACK = "127.0.0.1";

  private final DockerClient client;
  private final String host;

  private DockerEngine(DockerClient client, String host) {
    this.client = client;
    this.host = host;
  }

  /** A call to the engine. */
  @FunctionalInterface
  interface Call<T> {
    T on(DockerClient client) throws Exception;
  }

  /**
   * The engine, without containers of earlier JVMs.
   *
   * @throws IOException when none answers
   */
  static DockerEngine find() throws IOException, InterruptedException {
    DockerEngine engine =
        within(
            FIND_LIMIT,
            "be reached",
            () -> {
              TransportConfig transport = DockerClientFactory.instance().getTransportConfig();
              return new DockerEngine(
                  DockerClientProviderStrategy.getClientForConfig(transport),
                  host(transport.getDockerHost()));
            });
    engine.removeContainers(Owner::isGone);
    Runtime.getRuntime().addShutdownHook(new Thread(engine::removeOurs, "docker-remove"));
    return engine;
  }

  /** The host of published ports. */
  String host() {
    return host;
  }

  /** The address for published ports: loopback, unless the engine is on another machine. */
  String publishOn() {
    return host.equals(LOOPBACK) ? LOOPBACK : "";
  }

  /** The labels of the containers of this JVM. */
  Map<String, String> ownerLabel() {
    return Map.of(LABEL, Owner.thisJvm().jvm());
  }

  /**
   * Pulls the image if it is missing.
   *
   * @throws IOException when it is not, and could not be pulled within 90 s
   */
  void requireImage(String repository, String tag) throws IOException, InterruptedException {
    String image = repository + ":" + tag;
    boolean present =
        call("look for " + image, docker -> isPresent(docker, image)) || pull(repository, tag);
    if (!present) {
      throw new IOException(
          "the image %s is not there, and its pull took more than %d s"
              .formatted(image, PULL_LIMIT.toSeconds()));
    }
  }

  /**
   * Calls the engine.
   *
   * @param what completes "Docker could not …"
   * @throws IOException when the call failed, or took more than 60 s
   */
  <T> T call(String what, Call<T> call) throws IOException, InterruptedException {
    return within(CALL_LIMIT, what, () -> call.on(client));
  }

  private boolean pull(String repository, String tag) throws IOException, InterruptedException {
    return within(
        PULL_LIMIT.plus(CALL_LIMIT),
        "pull " + repository + ":" + tag,
        () ->
            client
                .pullImageCmd(repository)
                .withTag(tag)
                .exec(new PullImageResultCallback())
                .awaitCompletion(PULL_LIMIT.toSeconds(), TimeUnit.SECONDS));
  }

  private static boolean isPresent(DockerClient docker, String image) {
    try {
      docker.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private void removeOurs() {
    try {
      removeContainers(Owner.thisJvm()::equals);
    } catch (IOException e) {
      // The next JVM removes them.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeContainers(Predicate<Owner> which) throws IOException, InterruptedException {
    within(
        REMOVE_LIMIT,
        "remove containers",
        () -> {
          List<Container> labelled =
              client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(LABEL)).exec();
          for (Container container : labelled) {
            if (which.test(new Owner(container.getLabels().getOrDefault(LABEL, "")))) {
              removeContainer(container.getId());
            }
          }
          return true;
        });
  }

  private void removeContainer(String id) {
    try {
      client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    } catch (NotFoundException e) {
      // Another JVM removed it first.
    }
  }

  /** As Testcontainers decides it, but that a local engine is reached by loopback in any case. */
  private static String host(URI engine) {
    String override = System.getenv("TESTCONTAINERS_HOST_OVERRIDE");
    if (override != null && !override.isBlank()) {
      return override.equals("localhost") ? LOOPBACK : override;
    }
    boolean local = engine.getHost() == null || engine.getHost().equals("localhost");
    return local ? LOOPBACK : engine.getHost();
  }

  private static <T> T within(Duration limit, String what, Callable<T> call)
      throws IOException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().name("docker: " + what).start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("Docker could not " + what + " within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage().strip();
      throw new IOException("Docker could not " + what + ": " + reason, cause);
    } finally {
      task.cancel(true);
    }
  }

  /** The JVM a container belongs to, for example "4711@build-host". */
  private record Owner(String jvm) {
    static Owner thisJvm() {
      return new Owner(ManagementFactory.getRuntimeMXBean().getName());
    }

    /** Whether the JVM has certainly ended. */
    boolean isGone() {
      String ours = thisJvm().jvm();
      String machine = ours.substring(ours.indexOf('@'));
      String pid = jvm.substring(0, Math.max(0, jvm.indexOf('@')));
      return jvm.endsWith(machine)
          && pid.matches("[0-9]{1,18}")
          && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }
  }
}
