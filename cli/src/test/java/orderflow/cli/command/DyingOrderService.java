package orderflow.cli.command;

import orderflow.cli.Orderflow;

/** A planted fault: an order service that ends at once. */
final class DyingOrderService {
  private DyingOrderService() {}

  public static void main(String[] arguments) {
    if (arguments[0].equals("serve-order")) {
      System.err.println("no");
      System.exit(7);
    }
    Orderflow.main(arguments);
  }
}
