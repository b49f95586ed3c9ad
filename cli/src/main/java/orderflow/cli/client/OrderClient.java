package orderflow.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.event.EventCodec;
import orderflow.event.OrderPlaced;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Client of the order service. Methods throw CliException when it does not answer. */
public final class OrderClient extends ServiceClient {
  private static final Set<String> OUTCOMES = Set.of("reserved", "failed");
  private static final Duration POLL = Duration.ofMillis(50);

  /** The result of one POST. */
  public enum PlaceStatus {
    ACCEPTED,
    /** The service refused the order. */
    REJECTED,
    /** A server error; the service may have stored the order. */
    UNAVAILABLE,
    /** No answer, or a broken one. */
    UNKNOWN
  }

  /**
   * @param problem why the order was not accepted; empty when it was
   * @param code the HTTP status; 0 without a response
   * @param body of the response
   */
  public record PlaceResult(PlaceStatus status, String problem, int code, String body) {
    private static PlaceResult of(
        PlaceStatus status, String problem, HttpResponse<byte[]> response) {
      return new PlaceResult(
          status,
          problem,
          response.statusCode(),
          new String(response.body(), StandardCharsets.UTF_8));
    }
  }

  /**
   * @param status accepted, reserved or failed
   */
  public record OrderStatus(String orderId, String status) {
    public boolean isDecided() {
      return OUTCOMES.contains(status);
    }
  }

  /**
   * The inventory's decision about an order.
   *
   * @param status reserved or failed
   * @param reason why it failed, if known
   */
  public record Outcome(String status, @Nullable String reason) {}

  public OrderClient(URI base, ServiceAccess access) {
    super(ServiceName.ORDER, base, access);
  }

  /**
   * Checks that the service answers and accepts the token, which {@code /health} does not need.
   *
   * @throws CliException otherwise
   */
  public void requireAnswer() throws InterruptedException {
    get("/health");
    get("/orders?limit=1");
  }

  /**
   * Places an order.
   *
   * @throws CliException when the service refuses it or does not answer
   */
  public void place(OrderPlaced order) throws InterruptedException {
    Reply reply = send("POST", "/order", EventCodec.encode(order));
    if (reply.status() != ACCEPTED) {
      throw new CliException(
          reply.status() >= SERVER_ERROR ? ExitCode.UNREACHABLE : ExitCode.USAGE,
          "the order service refused the order: " + reply.problem());
    }
  }

  /** Places an order; never throws for a service that refuses it or does not answer. */
  public PlaceResult tryPlace(OrderPlaced order) throws InterruptedException {
    try {
      HttpResponse<byte[]> response = sendRaw(withBody("POST", "/order", EventCodec.encode(order)));
      return switch (response.statusCode()) {
        case ACCEPTED -> PlaceResult.of(PlaceStatus.ACCEPTED, "", response);
        case UNAUTHORIZED ->
            PlaceResult.of(
                PlaceStatus.REJECTED, String.valueOf(unauthorized().getMessage()), response);
        default ->
            PlaceResult.of(
                response.statusCode() >= SERVER_ERROR
                    ? PlaceStatus.UNAVAILABLE
                    : PlaceStatus.REJECTED,
                reply(response).problem(),
                response);
      };
    } catch (IOException e) {
      String why = e.getMessage();
      return new PlaceResult(
          PlaceStatus.UNKNOWN,
          "no answer: " + (why == null ? e.getClass().getSimpleName() : why),
          0,
          "");
    }
  }

  /** Whether the service has {@code GET /order/{id}}, known order or not. */
  public boolean answersQueries(String orderId) throws InterruptedException {
    try {
      Reply reply = get("/order/" + segment(orderId));
      return reply.status() == OK
          || (reply.status() == NOT_FOUND && reply.body().path("error").isObject());
    } catch (CliException e) {
      return false;
    }
  }

  /** The order's status; empty when the service does not know it. */
  public Optional<String> status(String orderId) throws InterruptedException {
    return details(orderId).map(found -> text(found, "status"));
  }

  /** The service's JSON about an order; empty when it does not know the order. */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return getIfPresent("/order/" + segment(orderId));
  }

  /** The order as it was placed; empty when the service does not know it. */
  public Optional<OrderPlaced> find(String orderId) throws InterruptedException {
    return details(orderId)
        .map(found ->
            new OrderPlaced(
                text(found, "order_id"),
                text(found, "item_id"),
                found.path("qty").intValue(0),
                text(found, "user_id")));
  }

  /**
   * Every order whose id begins with {@code prefix}, sorted by id.
   *
   * @param after the order id to start behind; empty for the first
   */
  public void eachOrder(String prefix, String after, Consumer<OrderStatus> visitor)
      throws InterruptedException {
    each(
        "orders",
        "order_id",
        prefix,
        after,
        entry -> visitor.accept(new OrderStatus(text(entry, "order_id"), text(entry, "status"))));
  }

  /**
   * Waits until the order is reserved or failed; empty when it is neither after {@code limit}.
   *
   * @throws CliException when the service does not answer at the end
   */
  public Optional<Outcome> awaitOutcome(String orderId, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean over = System.nanoTime() - deadline > 0;
      try {
        Optional<Outcome> outcome =
            details(orderId)
                .filter(found -> OUTCOMES.contains(text(found, "status")))
                .map(found -> new Outcome(text(found, "status"), textOrNull(found, "reason")));
        if (outcome.isPresent() || over) {
          return outcome;
        }
      } catch (CliException e) {
        if (over) {
          throw e; // until then, it may be restarting
        }
      }
      Thread.sleep(POLL);
    }
  }
}
