package orderflow.order;

import java.time.Duration;
import java.util.function.LongSupplier;
import orderflow.store.StoreException;
import org.slf4j.Logger;

/**
 * Logs an outage when it begins, when its reason changes, and when it has been over for some time,
 * instead of each failed request. Not thread-safe.
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
   * @param reason one line
   */
  void failed(String reason, Throwable e) {
    lastFailure = nanos.getAsLong();
    if (reason.equals(logged)) {
      return;
    }
    logged = reason;
    if (e instanceof StoreException) {
      log.warn("no order can be stored: {}", reason);
    } else {
      log.error("no order can be stored", e);
    }
  }

  /** Call it repeatedly while there is no failure. */
  void works() {
    if (!logged.isEmpty() && nanos.getAsLong() - lastFailure >= OVER_AFTER.toNanos()) {
      log.info("orders are stored again");
      logged = "";
    }
  }
}
