package orderflow.notification;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The original flow's way: a log line. */
final class LogNotifier implements Notifier {
  private static final Logger LOG = LoggerFactory.getLogger("NotificationService");

  @Override
  public List<Optional<String>> send(List<Notification> notifications) {
    List<Optional<String>> results = new ArrayList<>(notifications.size());
    for (Notification notification : notifications) {
      LOG.info(
          "Send confirmation for order_id={} user_id={}",
          notification.orderId(),
          notification.userId());
      results.add(Optional.empty());
    }
    return results;
  }
}
