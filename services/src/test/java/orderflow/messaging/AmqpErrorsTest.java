package orderflow.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ChannelContinuationTimeoutException;
import com.rabbitmq.client.impl.AMQImpl;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class AmqpErrorsTest {
  @Test
  void timeoutNamesTheRequestWithoutReply() {
    var asked =
        (AMQImpl.Queue.Declare) new AMQP.Queue.Declare.Builder().queue("order_placed").build();
    var timeout =
        new ChannelContinuationTimeoutException(new TimeoutException(), new Object(), 1, asked);
    assertEquals(
        "the broker did not answer queue.declare in time",
        AmqpErrors.reasonOf(new IOException("wrapped", timeout)));
  }
}
