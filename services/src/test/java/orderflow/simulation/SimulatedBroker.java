package orderflow.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import orderflow.messaging.Broker;
import orderflow.messaging.Message;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.testing.ScriptedBroker;

/**
 * The broker's side: queues that keep what they took through everything, and links that deliver
 * late, are cut, or are noticed to be cut only later. What is in flight on a link keeps its order,
 * as in a channel.
 */
final class SimulatedBroker implements Broker {
  private final ScriptedBroker queues = new ScriptedBroker();
  private final List<Link> links = new ArrayList<>();
  private final SimulatedChance chaos;
  private final SimulationHistory ledger;
  private boolean alarm;

  /** A connection as both ends see it. */
  interface Link {
    /** Moves some of what is in flight. */
    void move();

    /** The client can use it no more; {@code noticed} says whether the broker knows already. */
    void cut(boolean noticed);

    /** The broker notices what was cut; answers whether nothing of the link is left. */
    boolean isGone();

    /** The broker notices at last. */
    void notice();

    /** The broker ends it in a way of its own: a closed channel, or a cancelled consumer. */
    void upset();

    /** Whether nothing is under way on it. */
    boolean isIdle();
  }

  SimulatedBroker(SimulatedChance chaos, SimulationHistory ledger) {
    this.chaos = chaos;
    this.ledger = ledger;
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    requireReachable();
    var publisher = new SimulatedPublisher(this, chaos);
    links.add(publisher);
    return publisher;
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    requireReachable();
    var subscription = new SimulatedSubscription(this, chaos, queue);
    links.add(subscription);
    return subscription;
  }

  @Override
  public String address() {
    return "simulated";
  }

  private void requireReachable() {
    if (chaos.strikes(SimulatedFault.CUT)) {
      throw new MessagingException("simulated: no broker answers");
    }
  }

  /** The network and the broker get on a little. */
  void move() {
    links.removeIf(Link::isGone);
    if (!links.isEmpty()) {
      Link link = chaos.oneOf(links);
      if (chaos.strikes(SimulatedFault.CUT)) {
        link.cut(true);
      } else if (chaos.strikes(SimulatedFault.CUT_UNNOTICED)) {
        link.cut(false);
      } else if (chaos.oneIn(8)) {
        link.upset();
      } else {
        link.move();
      }
    }
    if (chaos.strikes(SimulatedFault.BROKER_RESTART, 0.3)) {
      links.forEach(each -> each.cut(true));
    }
    alarm = !chaos.isCalm() && (alarm ? !chaos.oneIn(20) : chaos.strikes(SimulatedFault.ALARM));
    if (!alarm && chaos.oneIn(30)) {
      noticeAll();
    }
  }

  /** Heartbeats run out: what was cut unnoticed is noticed. */
  void noticeAll() {
    links.forEach(Link::notice);
  }

  /** Whether anything is under way on any link. */
  boolean isBusy() {
    return !links.stream().allMatch(Link::isIdle);
  }

  boolean isAlarmed() {
    return alarm;
  }

  /** Publishes; answers whether a queue took it. */
  boolean route(Message message) {
    boolean taken = queues.route(message);
    if (taken) {
      ledger.routed(message);
    }
    return taken;
  }

  /** As {@link #route}, for what one of our services or the operator publishes. */
  boolean publish(Message message) {
    boolean taken = route(message);
    if (taken) {
      ledger.published(message);
    }
    return taken;
  }

  /** A message is back in {@code queue}, because whoever had it was cut off. */
  void returned(String queue, Message message) {
    ledger.returned(queue, message);
  }

  /** A message has left {@code queue} for good. */
  void removed(String queue, Message message) {
    ledger.removed(queue, message);
  }

  ScriptedBroker queues() {
    return queues;
  }
}
