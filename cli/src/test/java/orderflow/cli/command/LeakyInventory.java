package orderflow.cli.command;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.Orderflow;

/** A planted fault: an inventory that keeps some memory several times a second. */
final class LeakyInventory {
  private static final int BYTES = 30 * 1024;
  private static final int MILLIS = 50;
  private static final List<byte[]> KEPT = new ArrayList<>();

  private LeakyInventory() {}

  public static void main(String[] arguments) {
    if (arguments[0].equals("serve-inventory")) {
      Thread.ofPlatform().daemon().start(LeakyInventory::leak);
    }
    Orderflow.main(arguments);
  }

  private static void leak() {
    try {
      while (true) {
        KEPT.add(new byte[BYTES]);
        Thread.sleep(MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
