package orderflow.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has each request the engine parsed answered, and sends the answer. Thread-safe. */
final class Dispatcher implements HttpRouting {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final RouteTable table;
  private final RequestRules rules;
  private final MemoryBudget budget;
  private final HttpMetrics metrics;
  private final BooleanSupplier closing;
  private final HttpSecurity security = HttpSecurity.create();

  /**
   * @param closing whether each connection should end after its next answer
   */
  Dispatcher(
      RouteTable table,
      RequestRules rules,
      MemoryBudget budget,
      HttpMetrics metrics,
      BooleanSupplier closing) {
    this.table = table;
    this.rules = rules;
    this.budget = budget;
    this.metrics = metrics;
    this.closing = closing;
  }

  @Override
  public void route(ConnectionContext ctx, RoutingRequest request, RoutingResponse response) {
    try {
      serve((Connection) ctx, request, response);
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      LOG.error("cannot send an answer", e);
      throw new CloseConnectionException("cannot send an answer", e);
    }
  }

  private void serve(Connection connection, RoutingRequest request, RoutingResponse response) {
    long start = System.nanoTime();
    Call call = new Call(connection, request);
    Answer answer = call.answer(table, rules, budget);
    int reserved = 0;
    try {
      reserved = budget.reserve(call.isHead() ? 0 : answer.body().length);
    } catch (HttpProblem noRoom) {
      answer = noRoom.answer();
    }
    boolean last = call.bodyUnread() || wantsClose(request.headers()) || closing.getAsBoolean();
    // Counted first, so that a client that has its answer finds it in the metrics.
    call.count(metrics, answer.status(), System.nanoTime() - start);
    try {
      send(answer, response, call.isHead(), last);
    } finally {
      budget.release(reserved);
    }
    if (last) {
      // The engine announces the end of a connection and then goes on reading from it.
      throw new CloseConnectionException("answered for the last time");
    }
    connection.startIdle();
    if (closing.getAsBoolean()) {
      throw new CloseConnectionException("the server is closing");
    }
  }

  /** The answer to what never became a request; the engine closes the connection after it. */
  DirectHandler.TransportResponse reject(Status status) {
    Answer answer = Problems.ofStatus(status.code()).answer();
    metrics.rejected(answer.status(), 0);
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(answer.status()))
        .header(HeaderValues.CONTENT_TYPE_JSON)
        .entity(answer.body())
        .keepAlive(false)
        .build();
  }

  @Override
  public HttpSecurity security() {
    return security;
  }

  @Override
  public void beforeStart() {}

  @Override
  public void afterStop() {}

  private static void send(Answer answer, RoutingResponse response, boolean head, boolean last) {
    response.status(Status.create(answer.status()));
    if (answer.headers().equals(Answer.JSON_TYPE)) {
      response.header(HeaderValues.CONTENT_TYPE_JSON);
    } else {
      answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
    }
    if (last) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    if (head) {
      response.contentLength(answer.body().length);
      response.send();
    } else {
      response.send(answer.body());
    }
  }

  private static boolean wantsClose(ServerRequestHeaders headers) {
    return headers.containsToken(HeaderValues.CONNECTION_CLOSE);
  }
}
