package orderflow.cli.command;

import java.util.Arrays;
import java.util.stream.Stream;
import orderflow.cli.Orderflow;

/** A planted fault: an inventory that fails every order, however much there is. */
final class UnwillingInventory {
  private UnwillingInventory() {}

  public static void main(String[] arguments) {
    Orderflow.main(
        arguments[0].equals("serve-inventory")
            ? Stream.concat(Arrays.stream(arguments), Stream.of("--fail-mode", "always"))
                .toArray(String[]::new)
            : arguments);
  }
}
