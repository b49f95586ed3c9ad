package orderflow.cli.operate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import orderflow.cli.client.HealthClient;
import orderflow.cli.client.HealthClient.Metrics;
import orderflow.cli.client.HealthClient.Readiness;
import orderflow.cli.view.Text;

/** Checks one service: whether it answers, is ready, and drains its outbox. */
public final class ServiceCheck {
  /** A working relay publishes an event long before. */
  private static final double OLD_SECONDS = 10;

  private static final String OUTBOX = "orderflow_outbox_entries";
  private static final String OUTBOX_AGE = "orderflow_outbox_age_seconds";
  private static final String GIVEN_UP = "orderflow_notifications_given_up";
  private static final Map<String, String> JSON_NAMES =
      Map.of(
          OUTBOX,
          "outbox_events",
          OUTBOX_AGE,
          "outbox_age_seconds",
          "orderflow_notifications_unsent",
          "unsent",
          GIVEN_UP,
          "given_up");

  private ServiceCheck() {}

  public static List<CheckResult> of(HealthClient service) throws InterruptedException {
    String subject = service.name() + " service";
    Readiness readiness = service.readiness();
    if (!readiness.reachable()) {
      return List.of(problem(subject, readiness.problem()));
    }
    Metrics metrics = service.metrics();
    Optional<String> wrongService = metrics.wrongService();
    if (wrongService.isPresent()) {
      return List.of(problem(subject, wrongService.get()));
    }
    List<CheckResult> results = new ArrayList<>();
    readiness
        .checks()
        .forEach((check, state) -> {
          if (!state.equals("up")) {
            results.add(
                CheckResult.fail(
                    subject, check + ": " + state, "it is not ready, and retries by itself"));
          }
        });
    if (readiness.ready()) {
      String version = metrics.version().map(known -> ", version " + known).orElse("");
      results.add(CheckResult.ok(subject, "ready at " + service.base() + version));
    } else if (results.isEmpty()) {
      results.add(CheckResult.fail(subject, "not ready, without a reason", "look at its log"));
    }
    Map<String, Double> values = metrics.values();
    results.set(0, results.getFirst().with(figures(values)));
    metrics.error().ifPresent(why -> results.add(problem(subject, why)));
    addBacklogs(results, subject, values);
    return results;
  }

  private static void addBacklogs(
      List<CheckResult> results, String subject, Map<String, Double> values) {
    double age = values.getOrDefault(OUTBOX_AGE, 0.0);
    if (age > OLD_SECONDS) {
      long entries = values.getOrDefault(OUTBOX, 0.0).longValue();
      results.add(
          CheckResult.warn(
              subject,
              String.format(
                  Locale.ROOT,
                  "%s messages wait in its outbox, the oldest for %,.0f s",
                  Text.grouped(entries),
                  age),
              "check its broker connection and the broker's results above"));
    }
    long givenUp = values.getOrDefault(GIVEN_UP, 0.0).longValue();
    if (givenUp > 0) {
      results.add(
          CheckResult.warn(
              subject,
              Text.grouped(givenUp)
                  + (givenUp == 1 ? " notification was" : " notifications were")
                  + " given up after many refusals",
              "'orderflow notifications list' shows why, 'orderflow notifications resend --all'"
                  + " sends them again"));
    }
  }

  private static Map<String, Number> figures(Map<String, Double> values) {
    Map<String, Number> figures = new LinkedHashMap<>();
    JSON_NAMES.forEach((metric, name) -> {
      Double value = values.get(metric);
      if (value != null && Double.isFinite(value)) {
        figures.put(name, name.endsWith("_seconds") ? (Number) value : (Number) value.longValue());
      }
    });
    return figures;
  }

  /**
   * @param problem a sentence about the subject, with advice after a semicolon
   */
  private static CheckResult problem(String subject, String problem) {
    return CheckResult.ofProblem(subject, problem.replace("the " + subject + " ", ""), "");
  }
}
