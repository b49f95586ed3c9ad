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
import org.eclipse.jetty.server.Request.Handler.AbortException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Answers each request that Jetty parsed, and each one that it refused. Thread-safe. */
final class RequestHandler extends Handler.Abstract {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final int WRITE_CHUNK = 64 * 1024;
  private static final int MEMORY = 16 * 1024 * 1024;
  private static final int MONITORING_MEMORY = 2 * 1024 * 1024;

  private final Routes routes;
  private final HttpSettings settings;
  private final MemoryBudget budget;

  /** Apart, so that clients with large bodies do not hide their own effect from the metrics. */
  private final MemoryBudget monitoring = new MemoryBudget(MONITORING_MEMORY);

  private final HttpMetrics metrics;
  private final BooleanSupplier closing;

  /**
   * @param closing whether each connection should end after its next response
   */
  RequestHandler(
      Routes routes, HttpSettings settings, HttpMetrics metrics, BooleanSupplier closing) {
    this.routes = routes;
    this.settings = settings;
    this.budget = new MemoryBudget(Math.max(MEMORY, settings.maxBody()));
    this.metrics = metrics;
    this.closing = closing;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response out,
      Callback callback) {
    ClientConnection client = ClientConnection.of(request);
    var handling = new RequestHandling(client, request, metrics);
    try {
      Response response = handling.response(routes, settings, budget);
      MemoryBudget.Share memory = handling.isMonitoring() ? monitoring.share() : budget.share();
      try {
        memory.add(handling.isHead() ? 0 : response.body().length);
      } catch (HttpProblem noRoom) {
        response = noRoom.response();
      }
      boolean last = handling.isLast() || closing.getAsBoolean();
      try {
        client.startWrite();
        // Counted first, so that a client that has its response finds it in the metrics.
        handling.count(response.status());
        send(response, out, handling.isHead(), last, new Sent(client, last, memory, callback));
      } catch (RuntimeException | Error e) {
        memory.release();
        throw e;
      }
    } catch (ClientConnection.EndedException e) {
      callback.failed(new AbortException(e));
    }
    return true;
  }

  /** Answers a request that Jetty refused, by its status. */
  boolean handleError(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response out,
      Callback callback) {
    try {
      Response response = Problems.ofStatus(out.getStatus()).response();
      ClientConnection client = ClientConnection.of(request);
      client.startWrite();
      metrics.rejected(response.status(), 0);
      boolean head = request.getMethod().equals("HEAD");
      send(response, out, head, true, new Sent(client, true, budget.share(), callback));
    } catch (ClientConnection.EndedException e) {
      callback.failed(new AbortException(e));
    }
    return true;
  }

  private static void send(
      Response response,
      org.eclipse.jetty.server.Response out,
      boolean head,
      boolean last,
      Callback sent) {
    out.setStatus(response.status());
    HttpFields.Mutable headers = out.getHeaders();
    if (response.headers().equals(Response.JSON_TYPE)) {
      headers.put(JSON);
    } else {
      response.headers().forEach(headers::put);
    }
    if (last) {
      headers.put(HttpFields.CONNECTION_CLOSE);
    }
    byte[] body = response.body();
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    if (head) {
      out.write(true, BufferUtil.EMPTY_BUFFER, sent);
    } else if (body.length <= WRITE_CHUNK) {
      out.write(true, ByteBuffer.wrap(body), sent);
    } else {
      // The JDK copies what it writes to a buffer outside the heap: not all of it at once.
      ByteBufferPool pool = out.getRequest().getComponents().getByteBufferPool();
      var chunks = new ByteBufferPool.Sized(pool, false, WRITE_CHUNK);
      Content.copy(Content.Source.from(chunks, new ByteArrayInputStream(body)), out, sent);
    }
  }

  /** Called when a response is sent, or cannot be. */
  private final class Sent implements Callback {
    private final ClientConnection client;
    private final boolean last;
    private final MemoryBudget.Share memory;
    private final Callback callback;

    Sent(ClientConnection client, boolean last, MemoryBudget.Share memory, Callback callback) {
      this.client = client;
      this.last = last;
      this.memory = memory;
      this.callback = callback;
    }

    @Override
    public void succeeded() {
      memory.release();
      if (!last) {
        client.startIdle();
      }
      // Looked at when idle, so that a server that closes afterwards finds it idle. What the
      // client has sent meanwhile is not begun.
      if (last || closing.getAsBoolean()) {
        client.linger(callback::succeeded);
      } else {
        callback.succeeded();
      }
    }

    @Override
    public void failed(Throwable failure) {
      memory.release();
      callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
