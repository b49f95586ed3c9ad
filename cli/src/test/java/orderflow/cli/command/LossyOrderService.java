package orderflow.cli.command;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.cli.Orderflow;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.ResultStream;
import orderflow.http.HttpSettings;
import orderflow.messaging.Broker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.Message;
import orderflow.messaging.Publisher;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import orderflow.order.OrderService;
import orderflow.service.ServiceSettings;

/**
 * A planted fault: an order service that takes every twentieth event for confirmed without having
 * published it. In everything else, and as every other service, it is orderflow.
 */
final class LossyOrderService {
  private static final int EVERY = 20;

  private LossyOrderService() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<String> words = List.of(arguments);
    if (!words.getFirst().equals("serve-order")) {
      Orderflow.main(arguments);
      return;
    }
    CliContext cli = CliContext.ofProcess(new ResultStream(System.out));
    var broker =
        new RabbitBroker(
            BrokerSettings.of(URI.create(System.getenv("ORDERFLOW_AMQP_URI")), "lossy"));
    OrderService.start(
        new ServiceSettings(
            new LossyBroker(broker),
            Path.of(after(words, "--data-dir")),
            HttpSettings.of("127.0.0.1", Integer.parseInt(after(words, "--port"))),
            cli.clock(),
            cli.random()),
        1_000_000);
    Thread.currentThread().join();
  }

  private static String after(List<String> words, String option) {
    return words.get(words.indexOf(option) + 1);
  }

  private record LossyBroker(Broker real) implements Broker {
    @Override
    public Publisher openPublisher(Duration confirmTimeout) {
      return new LossyPublisher(real.openPublisher(confirmTimeout), new ArrayList<>());
    }

    @Override
    public Subscription subscribe(String queue, int prefetch) {
      return real.subscribe(queue, prefetch);
    }

    @Override
    public String address() {
      return real.address();
    }
  }

  private record LossyPublisher(Publisher real, List<Long> forgotten) implements Publisher {
    @Override
    public void publish(long id, Message message) {
      if (id % EVERY == 0) {
        forgotten.add(id);
      } else {
        real.publish(id, message);
      }
    }

    @Override
    public boolean fits(Message message) {
      return real.fits(message);
    }

    @Override
    public Confirms confirms(Duration wait) throws InterruptedException {
      List<Long> ids = new ArrayList<>(forgotten);
      forgotten.clear();
      Confirms answers = real.confirms(ids.isEmpty() ? wait : Duration.ZERO);
      for (long id : answers.confirmed()) {
        ids.add(id);
      }
      return new Confirms(ids.stream().mapToLong(Long::longValue).toArray(), answers.refused());
    }

    @Override
    public int outstanding() {
      return real.outstanding() + forgotten.size();
    }

    @Override
    public int remainingCapacity() {
      return real.remainingCapacity();
    }

    @Override
    public Optional<String> blockedReason() {
      return real.blockedReason();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
