package orderflow.notification;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The original flow's way: a log line. */
final class LogNotifier implements Notifier {
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  /** Large, because a line that is logged again costs nobody anything, and each batch a commit. */
  private static final int BATCH = 500;

  private static final Result SENT = new Result.Sent();

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Result> send(List<Notification> notifications) {
    List<Result> results = new ArrayList<>(notifications.size());
    for (Notification notification : notifications) {
      LOG.info(
          "Send confirmation for order_id={} user_id={}",
          notification.orderId(),
          notification.userId());
      results.add(SENT);
    }
    return results;
  }
}
