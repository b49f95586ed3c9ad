package orderflow.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import orderflow.testing.RawHttpClient.Reply;

/** Checks the response to a refused request. */
final class RefusalMessages {
  private RefusalMessages() {}

  /** Checks the status and the JSON error, which must reveal neither internals nor the input. */
  static void assertRefused(int status, Reply reply) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals("application/json", reply.header("content-type"));
    assertTrue(
        reply
            .body()
            .matches("\\{\"error\":\\{\"code\":\"[a-z_]+\",\"message\":\"[ -~&&[^\"\\\\]]+\"}}"),
        reply.body());
    assertFalse(reply.body().contains("Exception") || reply.body().contains("orderflow."));
    assertFalse(reply.toString().toLowerCase(Locale.ROOT).contains(BadMessages.MARK));
  }
}
