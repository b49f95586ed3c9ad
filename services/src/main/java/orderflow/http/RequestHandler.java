package orderflow.http;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Answers each request that Jetty parsed, and each one that it could not. Thread-safe. */
final class RequestHandler extends Handler.Abstract {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final int WRITE_CHUNK = 64 * 1024;

  private final RouteTable table;
  private final RequestRules rules;
  private final HttpSettings settings;
  private final MemoryBudget budget;
  private final HttpMetrics metrics;
  private final BooleanSupplier closing;

  /**
   * @param closing whether each connection should end after its next response
   */
  RequestHandler(
      RouteTable table, HttpSettings settings, HttpMetrics metrics, BooleanSupplier closing) {
    this.table = table;
    this.rules = new RequestRules(settings.token());
    this.settings = settings;
    this.budget = new MemoryBudget(settings.maxBody());
    this.metrics = metrics;
    this.closing = closing;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    long start = System.nanoTime();
    ClientConnection client = ClientConnection.of(request);
    var handling = new RequestHandling(client, request);
    try {
      Response answer = handling.response(table, rules, settings, budget);
      int reserved = 0;
      try {
        reserved = budget.reserve(handling.isHead() ? 0 : answer.body().length);
      } catch (HttpProblem noRoom) {
        answer = noRoom.response();
      }
      // Counted first, so that a client that has its response finds it in the metrics.
      handling.count(metrics, answer.status(), System.nanoTime() - start);
      boolean last = handling.isLast() || closing.getAsBoolean();
      send(client, answer, response, handling.isHead(), last, reserved, callback);
    } catch (ClientConnection.EndedException e) {
      callback.failed(new org.eclipse.jetty.server.Request.Handler.AbortException(e));
    }
    return true;
  }

  /** Answers what Jetty refused, with Jetty's status. */
  boolean handleError(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    try {
      Response answer = Problems.ofStatus(response.getStatus()).response();
      metrics.rejected(answer.status(), 0);
      boolean head = request.getMethod().equals("HEAD");
      send(ClientConnection.of(request), answer, response, head, true, 0, callback);
    } catch (ClientConnection.EndedException e) {
      callback.failed(new org.eclipse.jetty.server.Request.Handler.AbortException(e));
    }
    return true;
  }

  private void send(
      ClientConnection client,
      Response answer,
      org.eclipse.jetty.server.Response response,
      boolean head,
      boolean last,
      int reserved,
      Callback callback) {
    response.setStatus(answer.status());
    HttpFields.Mutable headers = response.getHeaders();
    if (answer.headers().equals(Response.JSON_TYPE)) {
      headers.put(JSON);
    } else {
      answer.headers().forEach(headers::put);
    }
    if (last) {
      headers.put(HttpFields.CONNECTION_CLOSE);
    }
    headers.put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    Callback sent =
        Callback.from(
            InvocationType.NON_BLOCKING,
            () -> {
              budget.release(reserved);
              finish(client, last, callback);
            },
            failure -> {
              budget.release(reserved);
              callback.failed(failure);
            });
    try {
      client.startWrite();
    } catch (ClientConnection.EndedException e) {
      budget.release(reserved);
      throw e;
    }
    byte[] body = answer.body();
    if (head) {
      response.write(true, BufferUtil.EMPTY_BUFFER, sent);
    } else if (body.length <= WRITE_CHUNK) {
      response.write(true, ByteBuffer.wrap(body), sent);
    } else {
      // The JDK copies what it writes to a buffer outside the heap: not all of it at once.
      var chunks = new ByteBufferPool.Sized(request(response), false, WRITE_CHUNK);
      Content.copy(Content.Source.from(chunks, new ByteArrayInputStream(body)), response, sent);
    }
  }

  private static ByteBufferPool request(org.eclipse.jetty.server.Response response) {
    return response.getRequest().getComponents().getByteBufferPool();
  }

  private void finish(ClientConnection client, boolean last, Callback callback) {
    if (last) {
      client.linger(callback::succeeded);
      return;
    }
    client.startIdle();
    callback.succeeded();
    if (closing.getAsBoolean()) {
      client.close();
    }
  }
}
