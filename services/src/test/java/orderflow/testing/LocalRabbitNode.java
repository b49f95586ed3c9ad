package orderflow.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import orderflow.rabbit.PrivateRabbitNode;
import orderflow.rabbit.RabbitInstallation;
import orderflow.testing.RabbitSource.Found;

/** A private node of the installed server, which ends with the JVM. */
final class LocalRabbitNode implements RabbitNode {
  private final PrivateRabbitNode node;
  private final FreshVirtualHosts virtualHosts = new FreshVirtualHosts(this::importDefinitions);

  private LocalRabbitNode(PrivateRabbitNode node) {
    this.node = node;
  }

  static Found find(Map<String, String> environment) throws InterruptedException {
    Optional<RabbitInstallation> installation = RabbitInstallation.find(environment);
    if (installation.isEmpty()) {
      return new Found.Missing(RabbitInstallation.NOT_FOUND);
    }
    try {
      PrivateRabbitNode node = PrivateRabbitNode.create(installation.get());
      try {
        node.start();
      } catch (IOException | InterruptedException e) {
        node.close();
        throw e;
      }
      return new Found.Node(new LocalRabbitNode(node));
    } catch (IOException e) {
      return new Found.Missing("the installed server did not start: " + e.getMessage());
    }
  }

  @Override
  public String uri() {
    return node.uri();
  }

  @Override
  public String freshUri() throws IOException, InterruptedException {
    return node.uri() + "/" + virtualHosts.next();
  }

  @Override
  public String version() {
    return node.version();
  }

  @Override
  public boolean canBeControlled() {
    return true;
  }

  @Override
  public boolean isRunning() {
    return node.isRunning();
  }

  @Override
  public void start() throws IOException, InterruptedException {
    node.start();
  }

  @Override
  public void stop() throws IOException, InterruptedException {
    node.stop();
  }

  @Override
  public void kill() throws IOException {
    node.kill();
  }

  @Override
  public String ctl(String... arguments) throws IOException, InterruptedException {
    return node.ctl(arguments);
  }

  private void importDefinitions(String json) throws IOException, InterruptedException {
    Path file = Files.createTempFile(node.folder(), "definitions", ".json");
    try {
      Files.writeString(file, json);
      node.ctl("import_definitions", file.toString());
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
