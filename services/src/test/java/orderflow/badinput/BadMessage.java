package orderflow.badinput;

import com.rabbitmq.client.AMQP.BasicProperties;
import orderflow.messaging.DeadLetter.Reason;

/**
 * One row of the AMQP catalogue.
 *
 * @param queue the queue it is sent into
 * @param reason why it has to end in the dead-letter queue
 */
record BadMessage(
    String name, String queue, BasicProperties properties, byte[] body, Reason reason) {
  private static final BasicProperties NONE = new BasicProperties.Builder().build();

  BadMessage(String name, String queue, byte[] body, Reason reason) {
    this(name, queue, NONE, body, reason);
  }

  @Override
  public String toString() {
    return queue + ": " + name;
  }
}
