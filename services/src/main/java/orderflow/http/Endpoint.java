package orderflow.http;

/** Handles the requests to one path and method. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Handles one request, on a virtual thread and concurrently with others, after the body has
   * arrived. The server sets no deadline: each wait must have a limit.
   *
   * @throws HttpProblem for an error response
   * @throws Exception logged, and answered with 500 without its text
   */
  Response handle(Request request) throws Exception;
}
