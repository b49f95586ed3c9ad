package orderflow.cli.operate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import orderflow.cli.options.CommandHints;
import org.jspecify.annotations.Nullable;

/**
 * The result of one check.
 *
 * @param advice what to do; empty when there is nothing to do
 * @param figures numbers by their JSON names
 */
public record CheckResult(
    Level level, String subject, String text, String advice, Map<String, Number> figures) {
  /** Severity. */
  public enum Level {
    OK,
    WARN,
    FAIL;

    public String jsonName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static CheckResult ok(String subject, String text) {
    return new CheckResult(Level.OK, subject, text, "", Map.of());
  }

  static CheckResult warn(String subject, String text, String advice) {
    return new CheckResult(Level.WARN, subject, text, advice, Map.of());
  }

  static CheckResult fail(String subject, String text, String advice) {
    return new CheckResult(Level.FAIL, subject, text, advice, Map.of());
  }

  /** A failure from a sentence that may have its advice after a semicolon. */
  static CheckResult ofProblem(String subject, String problem, String otherAdvice) {
    String[] parts = problem.split("; ", 2);
    return fail(subject, parts[0], parts.length > 1 ? parts[1] : otherAdvice);
  }

  CheckResult with(Map<String, Number> numbers) {
    return new CheckResult(level, subject, text, advice, numbers);
  }

  /** The same with complete commands in its advice. */
  public CheckResult with(CommandHints hints) {
    return new CheckResult(level, subject, text, hints.complete(advice), figures);
  }

  /** By the field names of the schema. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("level", level.jsonName());
    json.put("subject", subject);
    json.put("text", text);
    json.put("advice", advice.isEmpty() ? null : advice);
    json.put("figures", figures);
    return json;
  }
}
