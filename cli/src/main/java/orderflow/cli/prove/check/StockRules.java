package orderflow.cli.prove.check;

import java.util.Locale;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;

/** Judges the stock of the item that only the orders of the run are for. */
final class StockRules {
  private final ObservedRun run;
  private final Totals totals;

  StockRules(ObservedRun run, Totals totals) {
    this.run = run;
    this.totals = totals;
  }

  void judge() {
    long stock = run.start().stock();
    if (stock == 0) {
      if (totals.failed() > 0) {
        add(
            "%s is unlimited, and %s orders failed all the same"
                .formatted(run.start().item(), Text.grouped(totals.failed())));
      }
    }
    Long reserved = run.stockReserved;
    if (reserved != null
        && run.sees("stock")
        && run.sees("reservations")
        && reserved != run.quantityReserved) {
      add(
          "stock: %s reserved, though the reservations sum up to %s"
              .formatted(Text.grouped(reserved), Text.grouped(run.quantityReserved)));
    }
    if (stock > 0) {
      limited(stock, run.stockAvailable, reserved);
    }
  }

  private void limited(long stock, @Nullable Long available, @Nullable Long reserved) {
    long ordered =
        run.traces().stream()
            .filter(trace -> trace.isAccepted() || trace.decisions() > 0)
            .mapToLong(trace -> trace.wanted == null ? 0 : trace.wanted.quantity())
            .sum();
    if (ordered <= stock) {
      run.missing.add(
          String.format(
              Locale.ROOT,
              "only %,d pieces were ordered, with %,d in stock: no order had to fail",
              ordered,
              stock));
    }
    if (available == null || reserved == null) {
      return;
    }
    if (available < 0 || available + reserved != stock) {
      add("stock: had %d, has %d, reserved %d".formatted(stock, available, reserved));
    }
    // Stock only decreases: what failed would need more than is left.
    for (OrderTrace trace : run.traces()) {
      if (trace.failedRows > 0 && trace.wanted != null && trace.wanted.quantity() <= available) {
        run.find(
            Rule.STOCK,
            trace,
            "stock: failed with the quantity %d, though %,d are left"
                .formatted(trace.wanted.quantity(), available));
      }
    }
  }

  private void add(String text) {
    run.findings.add(Rule.STOCK, text);
  }
}
