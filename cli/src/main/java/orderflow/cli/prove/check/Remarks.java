package orderflow.cli.prove.check;

import java.util.ArrayList;
import java.util.List;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.view.Text;

/** What a verdict says beside its findings: what the totals leave out, and what was not judged. */
final class Remarks {
  private final ObservedRun run;
  private final OrderRules orders;
  private final DeadLetterRules deadLetters;

  Remarks(ObservedRun run, OrderRules orders, DeadLetterRules deadLetters) {
    this.run = run;
    this.orders = orders;
    this.deadLetters = deadLetters;
  }

  List<String> all() {
    List<String> remarks = new ArrayList<>();
    if (deadLetters.expected() > 0) {
      remarks.add(
          "poison: %s of %s messages dead-lettered once, every byte kept"
              .formatted(Text.grouped(deadLetters.right()), Text.grouped(deadLetters.expected())));
    }
    if (!orders.excused.isEmpty()) {
      remarks.add(
          "not promised: %s orders were reserved without a notification, in the gap: %s"
              .formatted(Text.grouped(orders.excused.size()), IdRanges.of(orders.excused)));
    }
    if (orders.inDoubt() > 0) {
      remarks.add(
          "in doubt: %s orders without a positive response, %s of them decided"
              .formatted(Text.grouped(orders.inDoubt()), Text.grouped(orders.decidedInDoubt())));
    }
    if (run.retriedNotifications > 0) {
      remarks.add(
          "retried: %s notifications took several attempts; each may have reached its user"
              .formatted(Text.grouped(run.retriedNotifications)));
    }
    HistoryRecord.End end = run.end;
    if (end != null) {
      end.outbox()
          .forEach((service, count) -> {
            if (count > 0) {
              remarks.add(
                  "%s messages still wait in the outbox of the %s service"
                      .formatted(Text.grouped(Math.round(count)), service));
            }
          });
    }
    remarks.addAll(run.notJudged);
    remarks.addAll(Unseen.of(run.start().visible()));
    return remarks;
  }
}
