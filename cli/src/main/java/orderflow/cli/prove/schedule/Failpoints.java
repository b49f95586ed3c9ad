package orderflow.cli.prove.schedule;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import orderflow.cli.client.ServiceName;
import orderflow.failpoint.Failpoint;

/** The failpoints that each service passes when orders are placed. */
public final class Failpoints {
  private static final List<Failpoint> RELAY =
      List.of(
          Failpoint.RELAY_PUBLISH_AFTER,
          Failpoint.RELAY_CONFIRM_AFTER,
          Failpoint.RELAY_DELETE_AFTER);

  private static final List<Failpoint> CONSUMER =
      List.of(
          Failpoint.CONSUMER_COMMIT_BEFORE,
          Failpoint.CONSUMER_COMMIT_AFTER,
          Failpoint.CONSUMER_ACK_AFTER);

  private static final Map<ServiceName, List<Failpoint>> POINTS =
      Map.of(
          ServiceName.ORDER,
          all(
              Stream.of(
                  List.of(
                      Failpoint.ACCEPT_COMMIT_BEFORE,
                      Failpoint.ACCEPT_COMMIT_AFTER,
                      Failpoint.ACCEPT_ANSWER_BEFORE),
                  RELAY,
                  CONSUMER)),
          ServiceName.INVENTORY,
          all(Stream.of(CONSUMER, RELAY)),
          ServiceName.NOTIFICATION,
          all(
              Stream.of(
                  CONSUMER, List.of(Failpoint.NOTIFY_SEND_AFTER, Failpoint.NOTIFY_MARK_AFTER))));

  private Failpoints() {}

  private static List<Failpoint> all(Stream<List<Failpoint>> parts) {
    return parts.flatMap(List::stream).toList();
  }

  public static List<Failpoint> of(ServiceName service) {
    return Objects.requireNonNull(POINTS.get(service));
  }
}
