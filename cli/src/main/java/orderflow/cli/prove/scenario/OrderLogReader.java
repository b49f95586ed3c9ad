package orderflow.cli.prove.scenario;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Matcher;
import orderflow.cli.client.ServiceName;
import orderflow.cli.load.OrderIds;
import orderflow.cli.prove.environment.ServiceView.OrderLog;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.prove.history.HistoryWriter;

/** Records what a service logs about orders of a run, from now on. Thread-safe. */
final class OrderLogReader implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final int MOST_BYTES = 1 << 20;

  private final ServiceName service;
  private final OrderLog log;
  private final OrderIds ids;
  private final String run;
  private final HistoryWriter history;
  private final OrderCounts lines = new OrderCounts();
  private final Thread thread;
  private long offset;

  /**
   * @param run in the ids of all orders of the run
   * @param history gets every line about such an order
   */
  OrderLogReader(
      ServiceName service, OrderLog log, OrderIds ids, String run, HistoryWriter history) {
    this.service = service;
    this.log = log;
    this.ids = ids;
    this.run = run;
    this.history = history;
    this.offset = size();
    this.thread = Thread.ofPlatform().name("log-" + service).daemon().start(this::run);
  }

  private long size() {
    try {
      return Files.size(log.file());
    } catch (IOException e) {
      return 0; // it has logged nothing yet
    }
  }

  private void run() {
    try {
      while (true) {
        readAll();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records the lines that are complete by now. */
  void readAll() throws InterruptedException {
    while (readSome()) {}
  }

  private synchronized boolean readSome() throws InterruptedException {
    byte[] bytes = new byte[MOST_BYTES];
    int count;
    try (var file = new RandomAccessFile(log.file().toFile(), "r")) {
      file.seek(offset);
      count = file.read(bytes);
    } catch (IOException e) {
      return false;
    }
    int end = count;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    if (end <= 0) {
      return false;
    }
    offset += end;
    for (String line : new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n", -1)) {
      record(line);
    }
    return true;
  }

  private void record(String line) throws InterruptedException {
    Matcher matcher = log.line().matcher(line);
    if (matcher.find() && matcher.group(1) != null && matcher.group(1).startsWith(run)) {
      String id = matcher.group(1);
      history.add(new HistoryRecord.LogLine(history.now(), service.toString(), id, line.strip()));
      int order = ids.numberOf(id);
      if (order >= 0) {
        lines.add(order);
      }
    }
  }

  /** How many lines about the order there were. */
  synchronized int lines(int order) {
    return lines.get(order);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
