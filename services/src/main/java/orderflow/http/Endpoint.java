package orderflow.http;

/** What a service does with the requests to one path and method. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers one request. Runs on a virtual thread of its own, concurrently with itself, after the
   * body has arrived. The server sets no deadline for it: what it waits for must be bounded.
   *
   * @throws HttpProblem to answer with that error
   * @throws Exception anything else is logged and answered 500, its text unseen by the client
   */
  Response handle(Request request) throws Exception;
}
