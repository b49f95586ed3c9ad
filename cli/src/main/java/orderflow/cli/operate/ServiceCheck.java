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

/** Looks at one service: whether it answers, is ready, and gets rid of its outbox. */
public final class ServiceCheck {
  /** A relay that works has published an event long before. */
  private static final double OLD_SECONDS = 10;

  private static final Map<String, String> NUMBERS =
      Map.of(
          "orderflow_outbox_entries", "outbox_events",
          "orderflow_outbox_age_seconds", "outbox_age_seconds",
          "orderflow_notifications_unsent", "unsent",
          "orderflow_notifications_given_up", "given_up");

  private ServiceCheck() {}

  public static List<CheckResult> of(HealthClient service) throws InterruptedException {
    String subject = service.name() + " service";
    Readiness readiness = service.readiness();
    if (!readiness.reachable()) {
      return List.of(problem(subject, readiness.problem()));
    }
    Metrics metrics0 = service.metrics();
    Optional<String> stranger = metrics0.wrongService();
    if (stranger.isPresent()) {
      return List.of(problem(subject, stranger.get()));
    }
    List<CheckResult> results = new ArrayList<>();
    readiness
        .checks()
        .forEach((check, how) -> {
          if (!how.equals("up")) {
            results.add(
                CheckResult.fail(
                    subject, check + ": " + how, "it is not ready, and tries again by itself"));
          }
        });
    if (readiness.ready()) {
      String version = metrics0.version().map(known -> ", version " + known).orElse("");
      results.add(CheckResult.ok(subject, "ready at " + service.base() + version));
    } else if (results.isEmpty()) {
      results.add(CheckResult.fail(subject, "not ready, and does not say why", "look at its log"));
    }
    Map<String, Double> metrics = metrics0.values();
    results.set(0, results.getFirst().with(numbers(metrics)));
    metrics0.error().ifPresent(why -> results.add(problem(subject, why)));
    double entries = metrics.getOrDefault("orderflow_outbox_entries", 0.0);
    double age = metrics.getOrDefault("orderflow_outbox_age_seconds", 0.0);
    if (age > OLD_SECONDS) {
      results.add(
          CheckResult.warn(
              subject,
              String.format(
                  Locale.ROOT,
                  "%s messages wait in its outbox, the oldest for %,.0f s",
                  Text.grouped((long) entries),
                  age),
              "look at its broker connection and at what is said of the broker above"));
    }
    double givenUp = metrics.getOrDefault("orderflow_notifications_given_up", 0.0);
    if (givenUp > 0) {
      results.add(
          CheckResult.warn(
              subject,
              Text.grouped((long) givenUp)
                  + (givenUp == 1 ? " notification was" : " notifications were")
                  + " refused again and again and given up",
              "'orderflow notifications list' shows why, 'orderflow notifications resend --all'"
                  + " sends them again"));
    }
    return results;
  }

  /** Those that tell how much waits in the service, by the names that they have in JSON. */
  private static Map<String, Number> numbers(Map<String, Double> metrics) {
    Map<String, Number> numbers = new LinkedHashMap<>();
    NUMBERS.forEach((metric, name) -> {
      Double value = metrics.get(metric);
      if (value != null && Double.isFinite(value)) {
        numbers.put(name, name.endsWith("_seconds") ? (Number) value : (Number) value.longValue());
      }
    });
    return numbers;
  }

  /**
   * @param problem a sentence about the subject, and behind a semicolon what to do
   */
  private static CheckResult problem(String subject, String problem) {
    return CheckResult.ofProblem(subject, problem.replace("the " + subject + " ", ""), "");
  }
}
