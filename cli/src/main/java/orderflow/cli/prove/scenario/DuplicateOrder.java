package orderflow.cli.prove.scenario;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import orderflow.cli.client.ServiceName;
import orderflow.cli.prove.environment.TestEnvironment;
import orderflow.cli.prove.probe.ConfirmedPublish;
import orderflow.cli.prove.probe.DuplicateProbe;
import orderflow.cli.prove.probe.DuplicateProbe.DuplicateResult;
import orderflow.cli.prove.probe.OutcomeRecorder;
import orderflow.cli.prove.scenario.Fault.AssertionResult.Status;
import orderflow.event.Event.Type;
import orderflow.event.EventCodec;
import orderflow.event.InvalidEventException;
import orderflow.event.OrderPlaced;
import orderflow.messaging.Delivery;
import orderflow.messaging.Message;
import orderflow.messaging.Subscription;

/** An order is published twice at the start, and once more at the end. */
final class DuplicateOrder implements Fault {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int COPIES = 2;
  private static final int PREFETCH = 1_000;
  private static final Duration LAST_EVENT = Duration.ofSeconds(1);

  private final OrderPlaced order;
  private final Clock clock;
  private final List<DuplicateResult> sent = new ArrayList<>();

  /** Copies that were published without asking inventory. */
  private int uncounted;

  /**
   * @param orderId unique, and not one of the run's orders
   */
  DuplicateOrder(String orderId, Clock clock) {
    this.order = new OrderPlaced(orderId, "widget", 1, "u1");
    this.clock = clock;
  }

  @Override
  public String description() {
    return "an order published " + (COPIES + 1) + " times";
  }

  @Override
  public void inject(TestEnvironment environment) throws InterruptedException {
    send(environment, COPIES);
  }

  @Override
  public void heal(TestEnvironment environment) throws InterruptedException {
    send(environment, 1);
  }

  private void send(TestEnvironment environment, int copies) throws InterruptedException {
    if (!environment.view(ServiceName.INVENTORY).lists()) {
      sendUncounted(environment, copies);
      return;
    }
    var probe = new DuplicateProbe(environment.broker(), environment.inventory(), clock, LIMIT);
    sent.add(probe.send(order, copies));
  }

  /** Inventory cannot be asked: the outcome events are counted once all orders are final. */
  private void sendUncounted(TestEnvironment environment, int copies) throws InterruptedException {
    if (uncounted == 0) {
      environment
          .broker()
          .declareTap(
              tap(),
              Type.INVENTORY_RESERVED.exchange(),
              List.of(Type.INVENTORY_RESERVED.routingKey(), Type.INVENTORY_FAILED.routingKey()));
    }
    new ConfirmedPublish(
            Collections.nCopies(copies, Message.of(order, clock.instant(), "orderflow-verify")))
        .run(environment.broker());
    uncounted += copies;
  }

  private String tap() {
    return "orderflow_duplicate_" + order.orderId();
  }

  private AssertionResult byEvents(TestEnvironment environment) throws InterruptedException {
    Set<String> effects = new HashSet<>();
    try (Subscription outcomes = environment.broker().subscribe(tap(), PREFETCH)) {
      List<Delivery> batch = outcomes.poll(PREFETCH, LAST_EVENT);
      while (!batch.isEmpty()) {
        for (Delivery delivery : batch) {
          if (isAboutTheOrder(delivery)) {
            effects.add(OutcomeRecorder.identity(delivery));
          }
        }
        outcomes.ackAll(batch);
        batch = outcomes.poll(PREFETCH, LAST_EVENT);
      }
    }
    return AssertionResult.of(
        "the duplicate %s: published %d times, %d outcome event%s, based on broker traffic only"
            .formatted(order.orderId(), uncounted, effects.size(), effects.size() == 1 ? "" : "s"),
        effects.size() == 1);
  }

  private boolean isAboutTheOrder(Delivery delivery) {
    try {
      return EventCodec.decodeOutcome(delivery.body()).orderId().equals(order.orderId());
    } catch (InvalidEventException e) {
      return false;
    }
  }

  @Override
  public void tearDown(TestEnvironment environment) {
    if (uncounted > 0) {
      environment.broker().deleteQueue(tap());
    }
  }

  @Override
  public String requiredEffect() {
    return description() + ": every copy arrives at inventory";
  }

  @Override
  public List<AssertionResult> results(TestEnvironment environment) throws InterruptedException {
    if (sent.isEmpty()) {
      return List.of(byEvents(environment));
    }
    // The first probe that went wrong is the one to look at.
    int effects =
        sent.stream()
            .mapToInt(DuplicateResult::effects)
            .filter(count -> count > 1)
            .findFirst()
            .orElse(sent.getLast().effects());
    // A copy that has not arrived proves nothing; none or a second effect is wrong.
    Status status =
        effects != 1
            ? Status.WRONG
            : sent.stream().allMatch(DuplicateResult::passed) ? Status.OK : Status.NOT_SEEN;
    List<AssertionResult> results = new ArrayList<>();
    results.add(
        new AssertionResult(
            "the duplicate: published %d times, %d effect%s, %d skipped"
                .formatted(
                    sent.stream().mapToInt(DuplicateResult::published).sum(),
                    effects,
                    effects == 1 ? "" : "s",
                    sent.stream().mapToLong(DuplicateResult::skipped).sum()),
            status));
    sent.stream()
        .map(DuplicateResult::remark)
        .filter(remark -> !remark.isEmpty())
        .forEach(remark -> results.add(new AssertionResult(remark, status)));
    return results;
  }
}
