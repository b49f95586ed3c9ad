package orderflow.cli.command;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import orderflow.cli.client.OrderClient;
import orderflow.cli.client.ServiceAccess;
import orderflow.cli.client.ServiceName;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.cli.embedded.EmbeddedFlow;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ExitCode;
import orderflow.cli.io.TemporaryFiles;
import orderflow.event.OrderPlaced;
import orderflow.http.HttpSettings;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import orderflow.notification.NotifierSettings;
import orderflow.service.ServiceSettings;
import picocli.CommandLine.Command;

/** {@code orderflow warm-up}: one order through a private flow, while the AOT cache is recorded. */
@Command(name = "warm-up", hidden = true, header = "Run one order, to record the AOT cache.")
public final class WarmUp implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final CliContext cli;

  public WarmUp(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder = TemporaryFiles.folder("orderflow-warm-up-");
    try (EmbeddedBroker embedded = EmbeddedBroker.inMemory(0);
        EmbeddedFlow flow = start(URI.create(embedded.uri()), folder);
        OrderClient orders =
            new OrderClient(flow.service(ServiceName.ORDER).uri(), ServiceAccess.OPEN)) {
      String id = RunIds.next("warm-up", cli);
      orders.place(new OrderPlaced(id, "widget", 1, "u1"));
      boolean decided = orders.awaitOutcome(id, LIMIT).isPresent();
      return (decided ? ExitCode.DONE : ExitCode.INTERNAL).code();
    } finally {
      TemporaryFiles.delete(folder);
    }
  }

  private EmbeddedFlow start(URI uri, Path folder) {
    var broker = new RabbitBroker(BrokerSettings.of(uri, "orderflow"));
    return EmbeddedFlow.start(
        port ->
            new ServiceSettings(
                broker, folder, HttpSettings.of("127.0.0.1", port), cli.clock(), cli.random()),
        new NotifierSettings.Log(),
        EmbeddedFlow.FREE_PORTS);
  }
}
