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
 * The broker: durable queues, and links that deliver late and are cut, which the broker notices at
 * once or later. Messages in flight on a link keep their order, as in a channel.
 */
final class SimulatedBroker implements Broker {
  private final ScriptedBroker queues = new ScriptedBroker();
  private final List<Link> links = new ArrayList<>();
  private final SimulatedChance chance;
  private final SimulationHistory history;
  private boolean alarm;

  /** A connection between client and broker. */
  interface Link {
    /** Delivers some messages in flight. */
    void move();

    /**
     * Cuts the connection.
     *
     * @param noticed whether the broker notices at once
     */
    void cut(boolean noticed);

    /** Whether the broker has noticed the cut and nothing is in flight. */
    boolean isGone();

    /** The broker notices the cut. */
    void notice();

    /** The broker closes the channel or cancels the consumer. */
    void upset();

    /** Whether nothing is in flight. */
    boolean isIdle();
  }

  SimulatedBroker(SimulatedChance chance, SimulationHistory history) {
    this.chance = chance;
    this.history = history;
  }

  @Override
  public Publisher openPublisher(Duration confirmTimeout) {
    requireReachable();
    var publisher = new SimulatedPublisher(this, chance);
    links.add(publisher);
    return publisher;
  }

  @Override
  public Subscription subscribe(String queue, int prefetch) {
    requireReachable();
    var subscription = new SimulatedSubscription(this, chance, queue);
    links.add(subscription);
    return subscription;
  }

  @Override
  public String address() {
    return "simulated";
  }

  private void requireReachable() {
    if (chance.strikes(SimulatedFault.CUT)) {
      throw new MessagingException("simulated: no broker answers");
    }
  }

  /** Lets the network and the broker make a step. */
  void move() {
    links.removeIf(Link::isGone);
    if (!links.isEmpty()) {
      Link link = chance.oneOf(links);
      if (chance.strikes(SimulatedFault.CUT)) {
        link.cut(true);
      } else if (chance.strikes(SimulatedFault.CUT_UNNOTICED)) {
        link.cut(false);
      } else if (chance.oneIn(8)) {
        link.upset();
      } else {
        link.move();
      }
    }
    if (chance.strikes(SimulatedFault.BROKER_RESTART, 0.3)) {
      links.forEach(each -> each.cut(true));
    }
    alarm = !chance.isCalm() && (alarm ? !chance.oneIn(20) : chance.strikes(SimulatedFault.ALARM));
    if (!alarm && chance.oneIn(30)) {
      noticeAll();
    }
  }

  /** Heartbeats time out: the broker notices all cuts. */
  void noticeAll() {
    links.forEach(Link::notice);
  }

  /** Whether anything is in flight on any link. */
  boolean isBusy() {
    return !links.stream().allMatch(Link::isIdle);
  }

  boolean isAlarmed() {
    return alarm;
  }

  /** Publishes a message; returns whether a queue accepted it. */
  boolean route(Message message) {
    boolean taken = queues.route(message);
    if (taken) {
      history.routed(message);
    }
    return taken;
  }

  /** As {@link #route}, for the services and the operator. */
  boolean publish(Message message) {
    boolean taken = route(message);
    if (taken) {
      history.published(message);
    }
    return taken;
  }

  /** A message returned to {@code queue} from a cut connection. */
  void returned(String queue, Message message) {
    history.returned(queue, message);
  }

  /** A message was acknowledged. */
  void removed(String queue, Message message) {
    history.removed(queue, message);
  }

  ScriptedBroker queues() {
    return queues;
  }
}
