package orderflow.cli.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The notification service from outside. Thread-safe. */
public final class NotificationClient implements AutoCloseable {

  /** So many orders can be named in one request. */
  public static final int MAX_RESENT = 500;

  private final JsonClient client;

  /**
   * What was queued to be sent again.
   *
   * @param notGivenUp orders of those asked for that have nothing that was given up
   * @param remaining how many are given up still
   */
  public record Resent(long queued, List<String> notGivenUp, long remaining) {}

  /**
   * One user told, or to be told.
   *
   * @param status pending, sent or given_up
   * @param attempts how often telling was tried, as far as the service knows
   */
  public record Notification(String orderId, String status, long attempts) {
    /** Whether it is still to be sent. */
    public boolean isPending() {
      return status.equals("pending");
    }

    public boolean isSent() {
      return status.equals("sent");
    }
  }

  public NotificationClient(URI base, ServiceAccess access) {
    this.client =
        new JsonClient("notification service", ServiceName.NOTIFICATION.option(), base, access);
  }

  /** Where it is. */
  public URI base() {
    return client.base();
  }

  /** The order's notification: pending, sent or given_up; or empty when there is none. */
  public Optional<String> status(String orderId) throws InterruptedException {
    return client
        .find("/notifications/" + JsonClient.segment(orderId))
        .map(found -> found.path("status").stringValue(""));
  }

  /**
   * Every notification of orders whose ids begin with {@code prefix}, row by row.
   *
   * @param after leaves out the ids up to this one; empty for none
   */
  public void eachNotification(String prefix, String after, Consumer<Notification> visitor)
      throws InterruptedException {
    PageReader.each(
        client,
        "notifications",
        "order_id",
        prefix,
        after,
        entry ->
            visitor.accept(
                new Notification(
                    entry.path("order_id").stringValue(""),
                    entry.path("status").stringValue(""),
                    entry.path("attempts").longValue(0))));
  }

  /**
   * What the service has on record about an order, as it tells it; empty when it does not know it.
   *
   * @throws orderflow.cli.io.CliException when it does not answer
   */
  public Optional<JsonNode> details(String orderId) throws InterruptedException {
    return client.find("/notifications/" + JsonClient.segment(orderId));
  }

  /**
   * Every notification with a status, row by row, until the visitor answers false.
   *
   * @param status given_up or pending
   */
  public void eachWithStatus(String status, Predicate<JsonNode> visitor)
      throws InterruptedException {
    PageReader.each(client, "notifications", "status=" + status + "&", "", visitor);
  }

  /**
   * Has those of some orders sent again that were given up.
   *
   * @param orderIds at most {@link #MAX_RESENT}
   * @throws orderflow.cli.io.CliException when the service does not take it
   */
  public Resent resend(List<String> orderIds) throws InterruptedException {
    return resend(Map.of("order_ids", orderIds));
  }

  /** Has some of those sent again that were given up, as many as it takes at a time. */
  public Resent resendAll() throws InterruptedException {
    return resend(Map.of("all", true));
  }

  private Resent resend(Map<String, ?> request) throws InterruptedException {
    JsonClient.Reply reply =
        client.post("/notifications/resend", JsonMapper.shared().writeValueAsBytes(request));
    if (reply.status() != 200) {
      throw new CliException(
          ExitCode.UNREACHABLE, "sending again failed: " + JsonClient.problem(reply));
    }
    List<String> others = new ArrayList<>();
    reply.body().path("not_given_up").forEach(id -> others.add(id.stringValue("")));
    return new Resent(
        reply.body().path("queued").longValue(0),
        others,
        reply.body().path("remaining").longValue(0));
  }

  @Override
  public void close() {
    client.close();
  }
}
