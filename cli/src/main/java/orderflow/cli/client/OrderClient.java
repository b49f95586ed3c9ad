package orderflow.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

/** The order service from outside. Thread-safe. */
public final class OrderClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int NOT_FOUND = 404;
  private static final Set<String> OUTCOMES = Set.of("reserved", "failed");
  private static final int SERVER_ERROR = 500;
  private static final Duration POLL = Duration.ofMillis(50);

  private final JsonClient client;

  /** What became of one request. */
  public enum PlaceStatus {
    ACCEPTED,
    /** The service answered no. */
    REJECTED,
    /**
     * The service answered that it cannot say yes now; it may have stored the order all the same.
     */
    UNAVAILABLE,
    /** Nobody knows: no answer, or a broken one. */
    UNKNOWN
  }

  /**
   * An order as the service lists it.
   *
   * @param status accepted, reserved or failed
   */
  public record OrderStatus(String orderId, String status) {
    /** Whether it has its outcome. */
    public boolean isDecided() {
      return OUTCOMES.contains(status);
    }
  }

  /**
   * What inventory decided about an order.
   *
   * @param status reserved or failed
   * @param reason why it failed; null when it did not, or nobody told
   */
  public record Outcome(String status, @Nullable String reason) {}

  /**
   * One request.
   *
   * @param problem why it was not accepted, for people; empty when it was
   */
  public record PlaceResult(PlaceStatus status, String problem) {
    private static final PlaceResult ACCEPTED = new PlaceResult(PlaceStatus.ACCEPTED, "");
  }

  public OrderClient(URI base, ServiceAccess access) {
    this.client = new JsonClient("order service", ServiceName.ORDER.option(), base, access);
  }

  /** Where it is. */
  public URI base() {
    return client.base();
  }

  /**
   * Asks for any answer at all but a refusal of our token, for which health alone is too open.
   *
   * @throws CliException when there is none, or it does not let us in
   */
  public void requireAnswer() throws InterruptedException {
    client.get("/health");
    client.get("/orders?limit=1");
  }

  /**
   * Places an order.
   *
   * @throws CliException when the service refuses it or does not answer
   */
  public void place(OrderPlaced order) throws InterruptedException {
    JsonClient.Reply reply = client.post("/order", EventCodec.encode(order));
    if (reply.status() != ACCEPTED) {
      throw new CliException(
          reply.status() >= SERVER_ERROR ? ExitCode.UNREACHABLE : ExitCode.USAGE,
          "the order service refused the order: " + JsonClient.problem(reply));
    }
  }

  /** Places an order and tells its fate, whatever happens. */
  public PlaceResult tryPlace(OrderPlaced order) throws InterruptedException {
    HttpRequest request =
        client
            .request("/order")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(EventCodec.encode(order)))
            .build();
    try {
      HttpResponse<byte[]> response = client.sendRaw(request);
      if (response.statusCode() == JsonClient.UNAUTHORIZED) {
        return new PlaceResult(
            PlaceStatus.REJECTED, String.valueOf(client.unauthorized().getMessage()));
      }
      return response.statusCode() == ACCEPTED
          ? PlaceResult.ACCEPTED
          : new PlaceResult(
              response.statusCode() >= SERVER_ERROR
                  ? PlaceStatus.UNAVAILABLE
                  : PlaceStatus.REJECTED,
              JsonClient.problem(JsonClient.reply(response)));
    } catch (IOException e) {
      String why = e.getMessage();
      return new PlaceResult(
          PlaceStatus.UNKNOWN, "no answer: " + (why == null ? e.getClass().getSimpleName() : why));
    }
  }

  /** Whether the service answers questions about an order, of which it may not know this one. */
  public boolean answersQueries(String orderId) throws InterruptedException {
    try {
      JsonClient.Reply reply = client.get("/order/" + JsonClient.segment(orderId));
      return reply.status() == OK
          || (reply.status() == NOT_FOUND && reply.body().path("error").isObject());
    } catch (CliException e) {
      return false;
    }
  }

  /** The order's status, or empty when the service does not know it. */
  public Optional<String> status(String orderId) throws InterruptedException {
    return client
        .find("/order/" + JsonClient.segment(orderId))
        .map(found -> found.path("status").stringValue(""));
  }

  /**
   * Every order whose id begins with {@code prefix}, row by row, in the order of the ids.
   *
   * @param after leaves out the ids up to this one; empty for none
   */
  public void eachOrder(String prefix, String after, Consumer<OrderStatus> visitor)
      throws InterruptedException {
    PageReader.each(
        client,
        "orders",
        "order_id",
        prefix,
        after,
        entry ->
            visitor.accept(
                new OrderStatus(
                    entry.path("order_id").stringValue(""), entry.path("status").stringValue(""))));
  }

  /** The order as it was placed, or empty when the service does not know it. */
  public Optional<OrderPlaced> find(String orderId) throws InterruptedException {
    return client
        .find("/order/" + JsonClient.segment(orderId))
        .map(found ->
            new OrderPlaced(
                found.path("order_id").stringValue(""),
                found.path("item_id").stringValue(""),
                found.path("qty").intValue(0),
                found.path("user_id").stringValue("")));
  }

  /**
   * Waits until the order is reserved or failed; empty when it is not by then.
   *
   * @throws CliException when the service does not answer any more at the end of {@code limit}
   */
  public Optional<Outcome> awaitOutcome(String orderId, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean over = System.nanoTime() - deadline > 0;
      try {
        Optional<Outcome> outcome =
            details(orderId)
                .filter(found -> OUTCOMES.contains(found.path("status").stringValue("")))
                .map(found ->
                    new Outcome(
                        found.path("status").stringValue(""),
                        found.path("reason").stringValue(null)));
        if (outcome.isPresent() || over) {
          return outcome;
        }
      } catch (CliException e) {
        // It has the order: it may be restarting, or have no room just now.
        if (over) {
          throw e;
        }
      }
      Thread.sleep(POLL);
    }
  }

  /**
   * What the service has on record about an order, as it tells it; empty when it does not know it.
   *
   * @throws orderflow.cli.io.CliException when it does not answer
   */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return client.find("/order/" + JsonClient.segment(orderId));
  }

  @Override
  public void close() {
    client.close();
  }
}
