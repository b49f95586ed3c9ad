package orderflow.cli.prove.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.stream.Stream;
import orderflow.cli.prove.check.OrderTrace.Attempt;
import orderflow.cli.prove.history.HistoryReader;
import orderflow.cli.prove.history.HistoryRecord;
import orderflow.cli.view.Text;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Judges the history of a scenario, and nothing else. A pure function: the same history gets the
 * same verdict.
 */
public final class Checker {
  private static final String ORDER = "order";
  private static final String INVENTORY = "inventory";

  private final ObservedRun run = new ObservedRun();
  private final TimeRule times = new TimeRule(run);
  private final MessageRules messages = new MessageRules(run, times);
  private final LoadRules load = new LoadRules(run);
  private final NotificationRules notifications = new NotificationRules(run);
  private final OrderRules orders;
  private final DeadLetterRules deadLetters = new DeadLetterRules(run, times);

  /** Bodies that verify published under a message id, which are no events of the services. */
  private final Map<String, byte[]> published = new HashMap<>();

  private final List<String> remarks = new ArrayList<>();

  private Checker(Iterable<HistoryRecord.Published> published) {
    for (HistoryRecord.Published each : published) {
      String messageId = each.properties().get("message_id");
      if (messageId != null && !each.expect().equals(ORDER)) {
        this.published.put(messageId, each.body());
      }
    }
    this.orders = new OrderRules(run, messages);
  }

  /** Judges {@code history}. */
  public static Judgment judge(List<HistoryRecord> history) {
    var checker =
        new Checker(
            history.stream()
                .filter(HistoryRecord.Published.class::isInstance)
                .map(HistoryRecord.Published.class::cast)
                .toList());
    history.forEach(checker::accept);
    return checker.judgment();
  }

  /**
   * Judges the history in {@code file}; it is not in memory at a time.
   *
   * @throws IOException when it cannot be read
   */
  public static Judgment judge(Path file) throws IOException {
    List<HistoryRecord.Published> first = new ArrayList<>();
    HistoryReader.read(
        file,
        each -> {
          if (each instanceof HistoryRecord.Published one) {
            first.add(one);
          }
        });
    var checker = new Checker(first);
    HistoryReader.read(file, checker::accept);
    return checker.judgment();
  }

  private void accept(HistoryRecord next) {
    run.until = Math.max(run.until, next.t());
    switch (next) {
      case HistoryRecord.Start first -> run.begin(first);
      case HistoryRecord.Load ended -> {
        run.load = ended;
        run.sent = ended.sent();
      }
      case HistoryRecord.Request request -> accept(request);
      case HistoryRecord.Message message -> {
        if (!isPublishedByVerify(message)) {
          messages.accept(message);
        }
      }
      case HistoryRecord.Published message -> accept(message);
      case HistoryRecord.DeadLetter letter -> run.deadLetters.add(letter);
      case HistoryRecord.Fault change -> run.add(change);
      case HistoryRecord.Loss loss -> run.losses.add(loss);
      case HistoryRecord.Effect effect -> run.effects.add(effect);
      case HistoryRecord.Row row -> accept(row);
      case HistoryRecord.Receipt receipt -> notifications.accept(receipt);
      case HistoryRecord.LogLine line -> accept(line);
      case HistoryRecord.Sample sample -> run.samples.add(sample);
      case HistoryRecord.Health _ -> {}
      case HistoryRecord.Resources resources -> run.resources.add(resources);
      case HistoryRecord.Check check -> run.checks.add(check);
      case HistoryRecord.Unreadable unreadable -> run.unreadable.add(unreadable.text());
      case HistoryRecord.Dropped dropped -> run.dropped += dropped.count();
      case HistoryRecord.End last -> run.end = last;
    }
  }

  private boolean isPublishedByVerify(HistoryRecord.Message message) {
    byte[] body = published.get(message.properties().getOrDefault("message_id", ""));
    return body != null && Arrays.equals(body, message.body());
  }

  private void accept(HistoryRecord.Request request) {
    if (!request.service().equals(ORDER)
        || !request.method().equals("POST")
        || !request.path().equals("/order")) {
      return;
    }
    load.accept(request);
    String body = request.body();
    JsonNode json =
        Content.object(body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
    String orderId = Content.text(json, "order_id");
    if (orderId == null || !run.isOfRun(orderId)) {
      return;
    }
    OrderTrace trace = run.trace(orderId);
    trace.attempts.add(
        new Attempt(run.shared(Content.of(json)), request.sent(), request.t(), request.status()));
    if (request.status() == Contract.ACCEPTED_CODE) {
      String answer = String.valueOf(request.answer());
      JsonNode answered = Content.object(answer.getBytes(StandardCharsets.UTF_8));
      if (!orderId.equals(Content.text(answered, "order_id"))
          || !Contract.ACCEPTED.equals(Content.text(answered, "status"))) {
        run.find(Rule.ANSWER, trace, "was answered with 202 and " + answer);
      }
    }
  }

  private void accept(HistoryRecord.Published message) {
    run.published.add(message);
    JsonNode json = Content.object(message.body());
    String orderId = Content.text(json, "order_id");
    if (message.expect().equals(ORDER) && orderId != null && run.isOfRun(orderId)) {
      OrderTrace trace = run.trace(orderId);
      trace.isPublished = true;
      trace.wanted = run.shared(Content.of(json));
    }
  }

  private void accept(HistoryRecord.LogLine line) {
    if (run.isOfRun(line.orderId()) && line.service().equals(INVENTORY)) {
      run.trace(line.orderId()).decisionLines++;
    }
    notifications.accept(line);
  }

  private void accept(HistoryRecord.Row row) {
    JsonNode fields = row.fields();
    if (row.table().equals("stock")) {
      run.stockAvailable =
          fields.path("available").isIntegralNumber() ? fields.path("available").asLong() : null;
      run.stockReserved = fields.path("reserved").asLong(0);
      return;
    }
    String orderId = Content.text(fields, "order_id");
    if (orderId == null || !run.isOfRun(orderId)) {
      return;
    }
    OrderTrace trace = run.trace(orderId);
    Content content = run.shared(Content.of(fields));
    String status = Objects.requireNonNullElse(Content.text(fields, "status"), "missing");
    switch (row.table()) {
      case "orders" -> {
        trace.orderRows++;
        trace.orderStatus = status;
        trace.orderContent = content;
      }
      case "reservations" -> {
        trace.reservation = content;
        if (status.equals(Contract.RESERVED)) {
          trace.reservedRows++;
          if (run.start().item().equals(content.item())) {
            run.quantityReserved += content.quantity();
          }
        } else {
          trace.failedRows++;
        }
      }
      case "notifications" -> notifications.accept(trace, fields, status);
      default -> {}
    }
    fields.properties().stream()
        .filter(field -> field.getKey().endsWith("_at") && field.getValue().isString())
        .forEach(field ->
            times.require(
                trace,
                "%s in its row in %s".formatted(field.getKey(), row.table()),
                field.getValue().stringValue()));
  }

  private Judgment judgment() {
    if (!run.hasStart()) {
      String problem = "the history has no first record";
      return new Judgment(
          Verdict.INCONCLUSIVE, Totals.notJudged(0), List.of(), List.of(problem), List.of(), 0, 0);
    }
    deadLetters.judge();
    orders.judge();
    load.judge();
    new FaultRules(run, load).judge();
    new StockRules(run, orders.totals()).judge();
    notifications.judge();
    new ResourceRules(run).judge();
    times.judge(run.faults.stream().noneMatch(span -> span.fault().shiftsClock()));
    checks();
    completeness();
    remarks.addAll(new Remarks(run, orders, deadLetters).all());
    return verdict();
  }

  private void checks() {
    for (HistoryRecord.Check check : run.checks) {
      switch (check.status()) {
        case "wrong" -> run.findings.add(Rule.CHECK, check.text());
        case "not_seen" -> run.missing.add(check.text());
        default -> remarks.add(check.text());
      }
    }
    HistoryRecord.End end = run.end;
    if (end != null && end.waiting() > 0) {
      run.findings.add(
          Rule.QUEUES,
          Text.grouped(end.waiting()) + " messages still wait in the services' queues");
    }
  }

  /** What is missing in the history itself. */
  private void completeness() {
    run.unreadable.forEach(text -> run.missing.add("not recorded: " + text));
    if (run.dropped > 0) {
      run.missing.add(Text.grouped(run.dropped) + " records did not fit into the history");
    }
    HistoryRecord.End end = run.end;
    if (end == null) {
      run.missing.add("the scenario was not observed to its end");
    } else if (end.waiting() < 0) {
      run.missing.add("the broker did not report whether the queues are empty");
    }
    if (!run.losses.isEmpty() && orders.excused.isEmpty()) {
      run.missing.add(run.losses.getFirst().fault() + ": every user was notified all the same");
    }
  }

  private Judgment verdict() {
    @Nullable String late = late();
    List<Rule> failing =
        Stream.of(Rule.values()).filter(rule -> late == null || !rule.isLiveness()).toList();
    List<Finding> findings = run.findings.of(failing);
    if (late != null) {
      run.missing.addFirst(late);
      List<Rule> others = Stream.of(Rule.values()).filter(Rule::isLiveness).toList();
      run.findings.of(others).forEach(finding -> remarks.add("late, or " + finding.line()));
    }
    boolean isUnexplained = findings.isEmpty() && late == null && !orders.addsUp();
    if (isUnexplained) { // no rule should leave this to the totals
      run.findings.add(Rule.CHECK, "the totals do not add up");
      findings = run.findings.of(failing);
    }
    long unexplained =
        failing.stream()
            .filter(rule -> rule != Rule.LOST && rule != Rule.DOUBLE_EFFECT)
            .mapToLong(run.findings::count)
            .sum();
    Verdict verdict =
        !findings.isEmpty()
            ? Verdict.FAIL
            : run.missing.isEmpty() ? Verdict.PASS : Verdict.INCONCLUSIVE;
    return new Judgment(
        verdict,
        orders.totals(),
        findings,
        List.copyOf(run.missing),
        List.copyOf(remarks),
        run.sent,
        unexplained);
  }

  /** Why orders that are not final may be late instead of lost; null when they are not late. */
  private @Nullable String late() {
    HistoryRecord.End end = run.end;
    if (end == null) {
      return "not all orders are final: the observation ended early";
    }
    if (end.state().equals("quiescent") && end.waiting() <= 0) {
      return null;
    }
    if (end.state().equals("timed_out")) {
      return String.format(
          Locale.ROOT,
          "orders still become final after %d min; the flow or the machine is slow",
          end.t() / 60_000);
    }
    if (!end.unready().isEmpty()) {
      Entry<String, String> first = end.unready().entrySet().iterator().next();
      return "not all orders are final, and the %s service %s"
          .formatted(first.getKey(), first.getValue());
    }
    return null;
  }
}
