package orderflow.order;

import java.time.Duration;
import java.util.function.LongSupplier;
import orderflow.store.StoreException;
import org.slf4j.Logger;

/**
 * Logs an outage when it begins, when its reason changes, and when it is over for some time:
 * however many requests it costs, and however often one in between gets through. Not thread-safe.
 */
final class OutageLogger {
  static final Duration OVER_AFTER = Duration.ofSeconds(5);

  private final Logger log;
  private final LongSupplier nanos;
  private String logged = "";
  private long lastFailure;

  /**
   * @param nanos a monotonic clock
   */
  OutageLogger(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /**
   * @param why one line
   */
  void failed(String why, Throwable e) {
    lastFailure = nanos.getAsLong();
    if (why.equals(logged)) {
      return;
    }
    logged = why;
    if (e instanceof StoreException) {
      log.warn("no order can be stored: {}", why);
    } else {
      log.error("no order can be stored", e);
    }
  }

  /** To be called again and again while there is no failure. */
  void works() {
    if (!logged.isEmpty() && nanos.getAsLong() - lastFailure >= OVER_AFTER.toNanos()) {
      log.info("orders are stored again");
      logged = "";
    }
  }
}
