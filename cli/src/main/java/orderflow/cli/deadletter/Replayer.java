package orderflow.cli.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import orderflow.cli.deadletter.DeadLetterQueue.Selected;
import orderflow.cli.deadletter.DeadLetterQueue.Selection;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.delivery.Replay;
import orderflow.delivery.StepResult;
import orderflow.messaging.AckBarrier;
import orderflow.messaging.Delivery;
import orderflow.messaging.MessagingException;
import orderflow.messaging.QueueBrowser;
import orderflow.messaging.RabbitBroker;
import orderflow.messaging.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The act step of a replay: publishes what {@link ReplayPlanner} makes, at a rate, until the
 * messages that were in the queue at the beginning were looked at. Used by one thread.
 */
public final class Replayer {
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int MOST_A_STEP = 100;
  private static final long MOST_EDITED_BYTES = 32L * 1024 * 1024;

  /** All of them: messages that stay in the queue must not hide the others. */
  private static final int NO_PREFETCH_LIMIT = 0;

  private final RabbitBroker broker;
  private final ReplayOptions options;
  private final ReplayRouting routing;
  private final Consumer<String> notes;

  /**
   * Counts of the whole replay that no single result has.
   *
   * @param sentTwice how many may have been published twice
   * @param missed how many were to be looked at and did not come
   */
  public record Remainder(long sentTwice, long missed) {}

  /**
   * @param browser finds out about destinations
   * @param notes gets the reasons why the replay waits
   */
  public Replayer(
      RabbitBroker broker, QueueBrowser browser, ReplayOptions options, Consumer<String> notes) {
    this.broker = broker;
    this.options = options;
    this.routing = new ReplayRouting(browser, options.to());
    this.notes = notes;
  }

  /**
   * Replays selected messages of {@code queue}. When interrupted it waits a moment for outstanding
   * confirms, and then throws.
   *
   * @param results gets one result for each selected message
   * @throws MessagingException when the broker is lost; unconfirmed messages stay in the queue
   * @throws CliException when the editor does not exist, or there is too much to edit
   */
  public Remainder replay(DeadLetterQueue queue, Consumer<ReplayResult> results)
      throws InterruptedException {
    DeadLetterPlan plan =
        options.filter().newest() || options.edits() ? plan(queue, results) : null;
    var planner = new ReplayPlanner(options, routing, results, null, plan);
    if (options.dryRun()) {
      long missed = look(queue, planner);
      return new Remainder(0, missed);
    }
    if (plan != null && plan.size() == 0) {
      return new Remainder(0, 0);
    }
    Subscription messages =
        isSlow(plan)
            ? broker.pull(queue.name())
            : broker.subscribe(queue.name(), NO_PREFETCH_LIMIT);
    long sentTwice =
        run(
            messages,
            planner,
            queue.ready(),
            () -> planner.reportUntouched(queue.name(), queue.ready()));
    planner.reportMissing(queue.name());
    return new Remainder(sentTwice, planner.missed(queue.ready()));
  }

  /**
   * Selects in a browse, before any message is taken: a user who edits for half an hour holds no
   * message back meanwhile, and the newest are known only once all were seen.
   */
  private DeadLetterPlan plan(DeadLetterQueue queue, Consumer<ReplayResult> results)
      throws InterruptedException {
    Selection selection = queue.select(options.filter(), options.edits() ? MOST_EDITED_BYTES : 0);
    if (selection.isCut()) {
      throw new CliException(
          ExitCode.USAGE, "--edit: the bodies have more than 32 MB; select fewer with --limit");
    }
    var editing = new ReplayPlanner(options, routing, results, null, null);
    var plan = new DeadLetterPlan(false);
    for (Selected selected : selection.messages()) {
      Delivery message = selected.message();
      Optional<byte[]> edited =
          message == null ? Optional.empty() : editing.body(selected.info(), message);
      if (message == null || edited.isPresent()) {
        plan.add(selected, edited);
      }
    }
    return plan;
  }

  /** For a dry run; returns how many were not seen. */
  private long look(DeadLetterQueue queue, ReplayPlanner planner) throws InterruptedException {
    return queue
        .browse(
            options.filter().toLookAt(),
            (_, message) -> {
              try {
                planner.messageFor(message);
              } catch (InterruptedException e) {
                throw new IllegalStateException("a dry run opens no editor", e);
              }
              return !planner.isDone();
            })
        .missed();
  }

  /** Whether messages would be held unacked for long, invisible to other clients. */
  private boolean isSlow(@Nullable DeadLetterPlan plan) {
    return !options.rate().isMax() || (plan == null && options.filter().limit() < Long.MAX_VALUE);
  }

  /**
   * Sends exported messages; no queue is touched.
   *
   * @param count how many there are
   * @param results as in {@link #replay}
   * @return as {@link #replay}
   */
  public Remainder send(
      Iterator<DeadLetterFile.Line> lines, long count, Consumer<ReplayResult> results)
      throws InterruptedException {
    var source = new FileSource(lines);
    var planner = new ReplayPlanner(options, routing, results, source::position, null);
    long sentTwice = run(source, planner, count, () -> planner.reportUntouched(source.rest()));
    return new Remainder(sentTwice, 0);
  }

  /**
   * @param reportUntouched after a fault
   * @return how many may have been sent twice
   */
  private long run(
      Subscription messages, ReplayPlanner planner, long depth, Runnable reportUntouched)
      throws InterruptedException {
    try (Replay replay =
        new Replay(messages, () -> broker.openPublisher(CONFIRM_TIMEOUT), planner)) {
      try {
        run(replay, planner, depth);
      } catch (MessagingException e) {
        replay.end(PATIENCE);
        reportUntouched.run();
        throw e;
      } catch (InterruptedException e) {
        replay.end(PATIENCE);
        throw e;
      }
      return replay.sentTwice();
    }
  }

  private void run(Replay replay, ReplayPlanner planner, long depth) throws InterruptedException {
    long start = System.nanoTime();
    long lastWorked = start;
    while (replay.outstanding() > 0 || (planner.seen() < depth && !planner.isDone())) {
      int most = (int) Math.min(room(planner, start), depth - planner.seen());
      StepResult step = replay.step(planner.isDone() ? 0 : most);
      long now = System.nanoTime();
      boolean waitsForRate = most == 0 && replay.outstanding() == 0;
      if (step instanceof StepResult.Worked || waitsForRate) {
        lastWorked = now;
      } else if (now - lastWorked > CONFIRM_TIMEOUT.toNanos()) {
        throw stuck(step);
      } else if (now - lastWorked > PATIENCE.toNanos() && replay.outstanding() == 0) {
        return; // another client took the rest
      }
      if (step instanceof StepResult.Blocked(String why)) {
        notes.accept(why);
      }
      if (!(step instanceof StepResult.Worked)
          && (step instanceof StepResult.Blocked || most == 0)) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private static MessagingException stuck(StepResult step) {
    String why =
        step instanceof StepResult.Blocked(String alarm)
            ? alarm
            : "the broker does not confirm that it removed acked messages";
    return new MessagingException(why + ", for " + CONFIRM_TIMEOUT.toSeconds() + " s now");
  }

  /** How many messages may be looked at now; each may be one to send. */
  private long room(ReplayPlanner planner, long start) {
    if (options.rate().isMax()) {
      return MOST_A_STEP;
    }
    double due = (System.nanoTime() - start) / 1e9 * options.rate().perSecond() + 1;
    return Math.clamp((long) due - planner.chosen(), 0, MOST_A_STEP);
  }

  /** Exported messages in place of a queue. */
  private static final class FileSource implements Subscription {
    private static final long MOST_BYTES = 8L * 1024 * 1024;

    private final Iterator<DeadLetterFile.Line> lines;
    private final Map<Long, DeadLetterFile.Line> polled = new LinkedHashMap<>();

    FileSource(Iterator<DeadLetterFile.Line> lines) {
      this.lines = lines;
    }

    /** The position of a polled message in its queue; to be asked once. */
    int position(Delivery message) {
      return Objects.requireNonNull(polled.remove(message.tag())).position();
    }

    /** Those whose position was not asked for. */
    Iterator<DeadLetterFile.Line> rest() {
      return Stream.concat(
              polled.values().stream(),
              StreamSupport.stream(Spliterators.spliteratorUnknownSize(lines, 0), false))
          .iterator();
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) {
      List<Delivery> batch = new ArrayList<>();
      long bytes = 0;
      while (batch.size() < max && bytes < MOST_BYTES && lines.hasNext()) {
        DeadLetterFile.Line line = lines.next();
        polled.put(line.message().tag(), line);
        batch.add(line.message());
        bytes += line.message().body().length;
      }
      return batch;
    }

    @Override
    public void ackAll(List<Delivery> batch) {}

    @Override
    public void ack(Delivery delivery) {}

    @Override
    public void prefetch(int prefetch) {}

    @Override
    public AckBarrier ackBarrier() {
      return () -> true;
    }

    @Override
    public void close() {}
  }
}
