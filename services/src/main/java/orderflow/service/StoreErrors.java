package orderflow.service;

import orderflow.http.Endpoint;
import orderflow.http.HttpProblem;
import orderflow.store.StoreException;

/** What a client is told when the store is at fault, and not the request. */
final class StoreErrors {
  private static final int RETRY_AFTER_SECONDS = 1;

  private StoreErrors() {}

  /**
   * Answers 503 where {@code endpoint} cannot use the store just now: the same may succeed later.
   */
  static Endpoint told(Endpoint endpoint) {
    return request -> {
      try {
        return endpoint.handle(request);
      } catch (StoreException e) {
        if (!e.isTransient()) {
          throw e;
        }
        throw HttpProblem.unavailable(
            "store_unavailable",
            "the store cannot be used (" + e.detail() + "); try the same again",
            RETRY_AFTER_SECONDS);
      }
    };
  }
}
