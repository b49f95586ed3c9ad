package orderflow.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import orderflow.rabbit.AmqpProbe;
import orderflow.rabbit.FreePorts;
import orderflow.testing.RabbitSource.Found;

/** A container of the official image; port and data survive restarts. */
final class DockerRabbitNode implements RabbitNode {
  private static final String REPOSITORY = "rabbitmq";
  private static final String TAG = "4-management";
  private static final int AMQP = 5672;
  private static final int LOG_TAIL_LINES = 20;

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(50);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int STOP_SECONDS = 40;

  private final DockerEngine engine;
  private final String container;
  private final int port;
  private final FreshVirtualHosts virtualHosts = new FreshVirtualHosts(this::importDefinitions);
  private String version = "unknown";

  private DockerRabbitNode(DockerEngine engine, String container, int port) {
    this.engine = engine;
    this.container = container;
    this.port = port;
  }

  static Found find() throws InterruptedException {
    try {
      DockerEngine engine = DockerEngine.find();
      engine.requireImage(REPOSITORY, TAG);
      int port = FreePorts.freeBlock(1);
      String container = engine.call("create a container", docker -> create(docker, engine, port));
      DockerRabbitNode node = new DockerRabbitNode(engine, container, port);
      node.start();
      return new Found.Node(node);
    } catch (IOException e) {
      return new Found.Missing(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public String uri() {
    return "amqp://guest:guest@" + engine.host() + ":" + port;
  }

  @Override
  public String freshUri() throws IOException, InterruptedException {
    return uri() + "/" + virtualHosts.next();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean canBeControlled() {
    return true;
  }

  @Override
  public boolean isRunning() throws IOException, InterruptedException {
    return engine.call(
        "inspect a container",
        docker ->
            Boolean.TRUE.equals(
                docker.inspectContainerCmd(container).exec().getState().getRunning()));
  }

  @Override
  public void start() throws IOException, InterruptedException {
    if (isRunning()) {
      throw new IllegalStateException("this RabbitMQ node runs already");
    }
    engine.call("start a container", docker -> docker.startContainerCmd(container).exec());
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      AmqpProbe probe = AmqpProbe.of(engine.host(), port, PROBE_LIMIT);
      version = probe.version();
      if (probe.result() == AmqpProbe.Result.AMQP) {
        return;
      }
      if (System.nanoTime() > deadline || !isRunning()) {
        throw new IOException(
            "RabbitMQ did not answer at %s:%d; its log ends with:%n%s"
                .formatted(engine.host(), port, logTail()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    if (isRunning()) {
      engine.call(
          "stop a container",
          docker -> docker.stopContainerCmd(container).withTimeout(STOP_SECONDS).exec());
    }
  }

  @Override
  public void kill() throws IOException, InterruptedException {
    if (!isRunning()) {
      return;
    }
    engine.call("kill a container", docker -> docker.killContainerCmd(container).exec());
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (isRunning()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the container survived SIGKILL");
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  @Override
  public String ctl(String... arguments) throws IOException, InterruptedException {
    return execute(
        Stream.concat(Stream.of("rabbitmqctl", "--quiet"), Arrays.stream(arguments)).toList());
  }

  /** From a file: RabbitMQ 4.0 does not return when it reads from standard input. */
  private void importDefinitions(String json) throws IOException, InterruptedException {
    String file = "/tmp/orderflow-definitions.json";
    execute(List.of("sh", "-c", "printf %s \"$1\" >\"$2\"", "sh", json, file));
    ctl("import_definitions", file);
  }

  private String execute(List<String> command) throws IOException, InterruptedException {
    return engine.call(
        "run " + command,
        docker -> {
          ExecCreateCmdResponse prepared =
              docker
                  .execCreateCmd(container)
                  .withAttachStdout(true)
                  .withAttachStderr(true)
                  .withCmd(command.toArray(String[]::new))
                  .exec();
          Output output = docker.execStartCmd(prepared.getId()).exec(new Output());
          if (!output.awaitCompletion(OUTPUT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("it took more than " + OUTPUT_LIMIT.toSeconds() + " s");
          }
          Long status = docker.inspectExecCmd(prepared.getId()).exec().getExitCodeLong();
          if (status == null || status != 0) {
            throw new IOException("it failed (" + status + "): " + output.all());
          }
          return output.standard();
        });
  }

  private String logTail() throws IOException, InterruptedException {
    return engine.call(
        "read a container's log",
        docker -> {
          Output output =
              docker
                  .logContainerCmd(container)
                  .withStdOut(true)
                  .withStdErr(true)
                  .withTail(LOG_TAIL_LINES)
                  .exec(new Output());
          output.awaitCompletion(OUTPUT_LIMIT.toSeconds(), TimeUnit.SECONDS);
          return output.all();
        });
  }

  private static String create(DockerClient docker, DockerEngine engine, int port) {
    return docker
        .createContainerCmd(REPOSITORY + ":" + TAG)
        .withHostName("orderflow-rabbit")
        .withLabels(engine.ownerLabel())
        .withEnv("RABBITMQ_DEFAULT_USER=guest", "RABBITMQ_DEFAULT_PASS=guest")
        .withExposedPorts(ExposedPort.tcp(AMQP))
        .withHostConfig(
            HostConfig.newHostConfig()
                .withPortBindings(
                    new PortBinding(
                        Binding.bindIpAndPort(engine.publishOn(), port), ExposedPort.tcp(AMQP))))
        .exec()
        .getId();
  }

  /** The output of a command in a container. */
  private static final class Output extends ResultCallback.Adapter<Frame> {
    private final ByteArrayOutputStream standard = new ByteArrayOutputStream();
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    @Override
    public synchronized void onNext(Frame frame) {
      all.writeBytes(frame.getPayload());
      if (frame.getStreamType() == StreamType.STDOUT) {
        standard.writeBytes(frame.getPayload());
      }
    }

    synchronized String standard() {
      return standard.toString(StandardCharsets.UTF_8);
    }

    synchronized String all() {
      return all.toString(StandardCharsets.UTF_8);
    }
  }
}
