package orderflow.badinput;

import java.io.IOException;
import java.nio.file.Path;

/** An order service in a process of its own, whose disk can be made to be full. */
final class OrderProcess {
  private OrderProcess() {}

  /** Prints its port, and ends at the end of its input. */
  public static void main(String[] args) throws IOException {
    try (ServiceUnderTest service =
        ServiceUnderTest.order(ServiceUnderTest.noBroker(), Path.of(args[0]))) {
      System.out.println("port " + service.port());
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
    }
  }
}
