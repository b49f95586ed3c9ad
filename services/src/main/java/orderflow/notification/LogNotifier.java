package orderflow.notification;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes each notification to the log, as the original flow did. */
final class LogNotifier implements Notifier {
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  /** Large, because a repeated log line is harmless and each batch costs a commit. */
  private static final int BATCH = 500;

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Result> send(List<Notification> notifications) {
    return notifications.stream()
        .<Result>map(each -> {
          LOG.info("Send confirmation for order_id={} user_id={}", each.orderId(), each.userId());
          return new Result.Sent();
        })
        .toList();
  }
}
