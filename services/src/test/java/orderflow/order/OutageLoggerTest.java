package orderflow.order;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import orderflow.store.StoreException;
import orderflow.store.StoreException.Kind;
import orderflow.testing.LogLines;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutageLoggerTest {
  private long now;

  @Test
  void outageIsLoggedOnceAndItsEndOnceItLasts() {
    var full = new StoreException(Kind.FULL, "the disk is full");
    try (LogLines lines = new LogLines("OutageLogTest")) {
      var log = new OutageLogger(LoggerFactory.getLogger("OutageLogTest"), () -> now);
      log.works();
      for (int i = 0; i < 3; i++) {
        log.failed("the disk is full", full);
        log.works();
      }
      assertEquals(List.of("WARN no order can be stored: the disk is full"), lines.all());
      now += OutageLogger.OVER_AFTER.toNanos();
      log.works();
      log.works();
      log.failed("the disk is full", full);
      assertEquals(
          List.of(
              "WARN no order can be stored: the disk is full",
              "INFO orders are stored again",
              "WARN no order can be stored: the disk is full"),
          lines.all());
      log.failed("the database is locked by another program", full);
      assertEquals(4, lines.all().size());
    }
  }
}
