package orderflow.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import orderflow.delivery.StepResult;
import orderflow.delivery.WorkLoop;
import orderflow.messaging.Broker;
import orderflow.messaging.MessagingException;
import orderflow.messaging.Publisher;
import orderflow.messaging.Subscription;
import orderflow.store.StoreException;
import orderflow.testing.FaultyStore;
import orderflow.testing.SimulatedCrash;
import org.jspecify.annotations.Nullable;

/**
 * One service: a process that starts, crashes and stops, with work loops that it runs as {@link
 * orderflow.delivery.Worker} does. Only the store outlives the process.
 */
final class SimulatedService {
  private static final int LONGEST_PAUSE = 12;
  private static final int LONGEST_DOWN = 40;

  private final String name;
  private final SimulatedBroker broker;
  private final SimulatedChance chance;
  private final Runnable powerCut;
  private final Function<Broker, List<Supplier<WorkLoop>>> process;
  private final List<SimulatedBroker.Link> links = new ArrayList<>();
  private List<Slot> slots = List.of();
  private int downUntil;

  /** One worker of the process. */
  private static final class Slot {
    private final Supplier<WorkLoop> opening;
    private @Nullable WorkLoop session;
    private int resumeAt;

    Slot(Supplier<WorkLoop> opening) {
      this.opening = opening;
    }
  }

  /**
   * @param powerCut loses the unsynced commits of its store
   * @param process starts a process; returns the openers of its sessions
   */
  SimulatedService(
      String name,
      SimulatedBroker broker,
      SimulatedChance chance,
      Runnable powerCut,
      Function<Broker, List<Supplier<WorkLoop>>> process) {
    this.name = name;
    this.broker = broker;
    this.chance = chance;
    this.powerCut = powerCut;
    this.process = process;
  }

  boolean isUp() {
    return !slots.isEmpty();
  }

  /** Runs one step of a session, or starts or ends the process. */
  void step() throws InterruptedException {
    try {
      if (!isUp()) {
        if (chance.steps() >= downUntil || chance.isCalm()) {
          chance.note(name, "starts");
          slots = process.apply(new TrackingBroker()).stream().map(Slot::new).toList();
        }
      } else if (chance.strikes(SimulatedFault.RESTART, 0.3)) {
        stop();
      } else if (chance.strikes(SimulatedFault.POWER_CUT, 0.2)) {
        crash(true);
      } else {
        step(chance.oneOf(slots));
      }
    } catch (SimulatedCrash e) {
      crash(false);
    }
  }

  /** Runs {@code work} as a part of the process, which may crash. */
  void within(Runnable work) {
    try {
      work.run();
    } catch (SimulatedCrash e) {
      crash(false);
      throw e;
    }
  }

  private void step(Slot slot) throws InterruptedException {
    if (slot.resumeAt > chance.steps() && !chance.isCalm()) {
      return;
    }
    try {
      if (slot.session == null) {
        slot.session = slot.opening.get();
      }
      if (slot.session.step() instanceof StepResult.Blocked(String why)) {
        chance.note(name, "blocked:", why);
        if (why.startsWith("the outbox is full")) {
          chance.reached("a consumer that waits for the outbox");
        }
        if (why.equals(FaultyStore.REFUSED)) {
          chance.reached("a consumer that the store refuses for good");
        }
        pause(slot);
      }
    } catch (MessagingException | StoreException e) {
      chance.note(name, "ends a session:", e.getMessage());
      if (e instanceof StoreException failure && !failure.isTransient()) {
        chance.reached("a session that the store ended for good");
      }
      end(slot);
    }
  }

  private void end(Slot slot) {
    WorkLoop session = slot.session;
    slot.session = null;
    pause(slot);
    if (session != null) {
      session.close();
    }
  }

  private void pause(Slot slot) {
    slot.resumeAt = chance.steps() + chance.below(LONGEST_PAUSE);
  }

  /** Stops gracefully, like SIGTERM. */
  void stop() throws InterruptedException {
    chance.note(name, "stops");
    for (Slot slot : slots) {
      if (slot.session != null) {
        try {
          slot.session.drain(Duration.ZERO);
        } catch (MessagingException | StoreException e) {
          chance.note(name, "cannot drain:", e.getMessage());
        }
        end(slot);
      }
    }
    leave();
  }

  /** Closes nothing: the broker notices the lost connections at once or later. */
  private void crash(boolean power) {
    chance.note(name, power ? "loses power" : "crashes");
    links.forEach(link -> link.cut(!power && !chance.oneIn(4)));
    if (power) {
      powerCut.run();
    }
    leave();
  }

  private void leave() {
    links.clear();
    slots = List.of();
    downUntil = chance.steps() + chance.below(LONGEST_DOWN);
  }

  /** Remembers which links are this process's. */
  private final class TrackingBroker implements Broker {
    @Override
    public Publisher openPublisher(Duration confirmTimeout) {
      Publisher publisher = broker.openPublisher(confirmTimeout);
      links.add((SimulatedBroker.Link) publisher);
      return publisher;
    }

    @Override
    public Subscription subscribe(String queue, int prefetch) {
      Subscription subscription = broker.subscribe(queue, prefetch);
      links.add((SimulatedBroker.Link) subscription);
      return subscription;
    }

    @Override
    public String address() {
      return broker.address();
    }
  }
}
