package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import orderflow.cli.io.NonBlockingAppender;
import orderflow.service.DroppedLogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NonBlockingAppenderTest {
  private static final int QUEUE = 8;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LoggerContext context = new LoggerContext();
  private final StalledTarget target = new StalledTarget();
  private final NonBlockingAppender appender = new NonBlockingAppender(context, target, QUEUE);
  private final Logger log = context.getLogger("Service");

  /** Blocks after its first line until released. */
  private static final class StalledTarget extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    protected void append(ILoggingEvent event) {
      begun.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }
  }

  NonBlockingAppenderTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    target.setContext(context);
    target.start();
    appender.start();
    log.setLevel(Level.INFO);
    log.addAppender(appender);
  }

  @Test
  void stalledTargetBlocksNoWorkerAndDroppedLinesAreReported() throws Exception {
    long before = DroppedLogLines.count();
    log.info("line {}", 0);
    target.begun.await();
    IntStream.rangeClosed(1, QUEUE + 5).forEach(i -> log.info("line {}", i));
    assertEquals(5, DroppedLogLines.count() - before);
    target.goOn.countDown();
    appender.flush(LIMIT);
    log.info("line {}", "later");
    appender.flush(LIMIT);
    List<String> expected = new ArrayList<>();
    IntStream.rangeClosed(0, QUEUE).forEach(i -> expected.add("INFO line " + i));
    expected.add("WARN 5 log lines dropped here: the log is not read fast enough");
    expected.add("INFO line later");
    assertEquals(expected, target.lines);
  }

  @Test
  void flushReportsDroppedLines() throws Exception {
    log.info("line {}", 0);
    target.begun.await();
    IntStream.rangeClosed(1, QUEUE + 2).forEach(i -> log.info("line {}", i));
    target.goOn.countDown();
    appender.flush(LIMIT);
    appender.flush(LIMIT);
    assertEquals(
        "WARN 2 log lines dropped here: the log is not read fast enough", target.lines.getLast());
  }
}
