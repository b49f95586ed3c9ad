package orderflow.messaging;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Command;
import com.rabbitmq.client.TrafficListener;

/**
 * Holds the connection's reading thread while the byte budget is used up, so that TCP itself slows
 * the broker down. Our heartbeats go on: another thread sends them.
 */
final class Backpressure implements TrafficListener {
  private final InboundByteLimit budget;

  Backpressure(InboundByteLimit budget) {
    this.budget = budget;
  }

  @Override
  public void write(Command outboundCommand) {}

  @Override
  public void read(Command inboundCommand) {
    if (inboundCommand.getMethod() instanceof AMQP.Basic.Deliver) {
      budget.acquire(inboundCommand.getContentBody().length);
    }
  }
}
