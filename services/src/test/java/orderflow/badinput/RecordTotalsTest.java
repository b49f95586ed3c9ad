package orderflow.badinput;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import orderflow.testing.RawHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics count the recorded orders across restarts. */
class RecordTotalsTest {
  @TempDir Path folder;

  @Test
  void recordsAreCountedAcrossRestarts() throws IOException {
    for (int start = 1; start <= 2; start++) {
      try (ServiceUnderTest orders = ServiceUnderTest.order(ServiceUnderTest.noBroker(), folder)) {
        for (String id : new String[] {"o-" + start, "o-" + start}) {
          RawHttpClient.once(
              orders.port(),
              RawHttpClient.post("/order", BadOrders.ORDER.replace(BadMessages.MARK, id)));
        }
        String metrics = orders.get("/metrics").body();
        assertTrue(
            metrics.contains(
                "orderflow_records{result=\"accepted\",service=\"order\"} " + start + ".0"),
            metrics);
      }
    }
  }
}
