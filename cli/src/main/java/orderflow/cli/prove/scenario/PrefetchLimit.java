package orderflow.cli.prove.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.Deadline;
import orderflow.cli.prove.environment.EnvironmentFault;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.history.HistoryWriter;
import orderflow.cli.prove.probe.ConfirmedPublish;
import orderflow.cli.view.Text;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Message;
import orderflow.messaging.MessageProperties;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.Topology;

/**
 * Many orders come while inventory is suspended, so that it acknowledges none. The broker may push
 * no more than the promised prefetch to it: the others stay in the queue.
 */
final class PrefetchLimit extends InjectedFault {
  /** Two batches, see {@link orderflow.delivery.BatchConsumer#PREFETCH}. */
  private static final int PREFETCH = 1_000;

  private static final int ORDERS = 3_000;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration OBSERVED = Duration.ofSeconds(2);

  private final OwnOrders orders;
  private final String item;
  private long fewest = Long.MAX_VALUE;
  private boolean isConsumed;

  /**
   * @param run makes the order ids unique
   */
  PrefetchLimit(String run) {
    super(new EnvironmentFault.Paused(ServiceName.INVENTORY));
    this.orders = new OwnOrders(run + "-burst-");
    this.item = run + "-burst-item";
  }

  @Override
  public void useHistory(HistoryWriter history) {
    orders.useHistory(history);
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    super.inject(environment);
    publish(environment);
    try (QueueBrowser browser = environment.broker().openBrowser()) {
      var limit = new Deadline(OBSERVED, OBSERVED);
      while (!limit.isOver()) {
        browser
            .state(Topology.ORDER_PLACED)
            .ifPresent(state -> {
              fewest = Math.min(fewest, state.ready());
              isConsumed |= state.consumers() > 0;
            });
        Thread.sleep(PAUSE);
      }
    }
  }

  private void publish(TestEnvironment environment) throws InterruptedException {
    List<Message> messages = new ArrayList<>();
    for (int number = 0; number < ORDERS; number++) {
      var order = new OrderPlaced(orders.id(number), item, 1, "User-1");
      orders.expect(order);
      messages.add(
          new Message(
              "",
              Topology.ORDER_PLACED,
              MessageProperties.persistent(order.messageId()),
              EventCodec.encode(order)));
    }
    new ConfirmedPublish(messages).run(environment.broker());
  }

  @Override
  public String requiredEffect() {
    return super.requiredEffect() + ", and the broker still has it as a consumer";
  }

  @Override
  public Optional<String> missingEffect(FaultWindow window) {
    if (window.longestTimeWithoutResponse(ServiceName.INVENTORY) < OBSERVED.toSeconds()) {
      return Optional.of(description() + ": it responded all along");
    }
    return isConsumed
        ? Optional.empty()
        : Optional.of(description() + ": it was no consumer of its queue meanwhile");
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        AssertionResult.of(
            "prefetch: of %s messages, at least %s stayed in %s while inventory was suspended; it"
                    .formatted(Text.grouped(ORDERS), Text.grouped(fewest), Topology.ORDER_PLACED)
                + " may hold %s unacknowledged".formatted(Text.grouped(PREFETCH)),
            fewest >= ORDERS - PREFETCH));
    results.addAll(orders.results(environment));
    return results;
  }
}
