package orderflow.http;

import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way to its answer. Used by one thread, once. */
final class Call {
  private static final Logger LOG = LoggerFactory.getLogger(Call.class);
  private static final byte[] NO_BODY = {};

  private final Connection connection;
  private final RoutingRequest request;
  private final String method;
  private boolean bodyUnread;
  private @Nullable Resource resource;
  private int reserved;

  Call(Connection connection, RoutingRequest request) {
    this.connection = connection;
    this.request = request;
    this.method = request.prologue().method().text();
    this.bodyUnread = request.content().hasEntity();
  }

  /**
   * The answer, an error's included.
   *
   * @throws CloseConnectionException when there is nobody left to answer
   */
  Answer answer(RouteTable table, RequestRules rules, MemoryBudget budget) {
    try {
      return handle(table, rules, budget);
    } catch (HttpProblem problem) {
      return problem.answer();
    } catch (CloseConnectionException e) {
      throw e;
    } catch (InterruptedException e) {
      // Only a server that closes interrupts, and this thread ends with its connection.
      return Problems.stopping().answer();
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      LOG.error("{} {} failed", method, resource == null ? "?" : resource.pattern(), e);
      return Problems.internal().answer();
    } finally {
      budget.release(reserved);
    }
  }

  /** Whether some of the body may still be on its way, so that the connection cannot go on. */
  boolean bodyUnread() {
    return bodyUnread;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  void count(HttpMetrics metrics, int status, long nanos) {
    if (resource == null) {
      metrics.rejected(status, nanos);
    } else {
      metrics.served(resource, method, status, nanos);
    }
  }

  private Answer handle(RouteTable table, RequestRules rules, MemoryBudget budget)
      throws Exception {
    rules.checkForm(request.headers());
    if (method.equals("OPTIONS") && request.prologue().uriPath().rawPath().equals("*")) {
      rules.checkToken(request.headers());
      return new Answer(200, NO_BODY, Map.of("Allow", table.allow()));
    }
    RouteTable.Match match = find(table);
    if (match == null || !Builtins.isPublic(match.resource().pattern())) {
      rules.checkToken(request.headers());
    }
    if (match == null) {
      throw Problems.notFound();
    }
    resource = match.resource();
    Endpoint endpoint = resource.endpoint(method);
    if (endpoint == null) {
      if (method.equals("OPTIONS")) {
        return new Answer(200, NO_BODY, Map.of("Allow", resource.allow()));
      }
      throw Problems.methodNotAllowed(resource.allow());
    }
    byte[] body = NO_BODY;
    if (bodyUnread) {
      rules.checkContent(request.headers());
      body = readBody(budget);
    }
    connection.startWork();
    return endpoint.handle(new Exchange(match.values(), rawQuery(), body));
  }

  private RouteTable.@Nullable Match find(RouteTable table) {
    String path = request.prologue().uriPath().rawPath();
    if (!path.startsWith("/")) {
      path = withoutAuthority(path);
    }
    return table.find(path);
  }

  /** Proxies send the whole URI; what it says before the path does not matter here. */
  private static String withoutAuthority(String uri) {
    int authority = uri.regionMatches(true, 0, "http://", 0, 7) ? 7 : -1;
    int slash = authority < 0 ? -1 : uri.indexOf('/', authority);
    if (slash < 0) {
      throw Problems.ofStatus(400);
    }
    return uri.substring(slash);
  }

  private String rawQuery() {
    HttpPrologue prologue = request.prologue();
    return prologue.hasQuery() ? prologue.query().rawValue() : "";
  }

  private byte[] readBody(MemoryBudget budget) {
    OptionalLong declared = request.headers().contentLength();
    int maxBody = (int) request.listenerContext().config().maxPayloadSize();
    reserved = budget.reserve((int) declared.orElse(maxBody));
    connection.startBody(declared.isEmpty());
    try {
      InputStream in = request.content().inputStream();
      byte[] body = in.readNBytes((int) declared.orElse(Integer.MAX_VALUE));
      if (in.read() != -1) {
        throw Problems.ofStatus(400);
      }
      bodyUnread = false;
      return body;
    } catch (CloseConnectionException | HttpProblem e) {
      throw e;
    } catch (RequestException e) {
      throw Problems.ofStatus(e.status().code());
    } catch (HttpException e) {
      throw Problems.ofStatus(e.status().code());
    } catch (IOException | RuntimeException e) {
      // The engine reports broken framing by whatever its parsing throws.
      throw Problems.ofStatus(400);
    }
  }
}
