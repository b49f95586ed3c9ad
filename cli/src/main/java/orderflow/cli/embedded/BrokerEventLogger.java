package orderflow.cli.embedded;

import java.util.Set;
import org.apache.qpid.server.logging.LogMessage;
import org.apache.qpid.server.logging.LogSubject;
import org.apache.qpid.server.logging.MessageLogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the events that an operator has to know, of Qpid's many, which have no levels. */
final class BrokerEventLogger implements MessageLogger {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerEventLogger.class);
  private static final String PREFIX = "qpid.message.";

  private static final Set<String> WARNINGS =
      Set.of(
          "queue.dropped",
          "queue.malformed_message",
          "queue.overfull",
          "queue.underfull",
          "channel.discardmsg_noaltexch",
          "channel.discardmsg_noroute",
          "channel.deadlettermsg",
          "channel.flow_control_ignored",
          "connection.idle_close",
          "connection.large_transaction_warn",
          "connection.open_txn",
          "connection.idle_txn",
          "messagestore.overfull",
          "messagestore.underfull",
          "virtualhost.errored",
          "virtualhost.filesystem_full",
          "virtualhost.filesystem_notfull",
          "broker.fatal_error",
          "broker.failed_children",
          "port.bind_failed",
          "port.connection_count_warn",
          "port.connection_rejected_too_many",
          "resourcelimit.rejected");

  @Override
  public boolean isEnabled() {
    return true;
  }

  @Override
  public boolean isMessageEnabled(String hierarchy) {
    return hierarchy.startsWith(PREFIX) && WARNINGS.contains(hierarchy.substring(PREFIX.length()));
  }

  @Override
  public void message(LogMessage message) {
    if (isMessageEnabled(message.getLogHierarchy())) {
      LOG.warn("The embedded broker: {}", message);
    }
  }

  @Override
  public void message(LogSubject subject, LogMessage message) {
    if (isMessageEnabled(message.getLogHierarchy())) {
      LOG.warn("The embedded broker: {} {}", subject.toLogString().strip(), message);
    }
  }
}
