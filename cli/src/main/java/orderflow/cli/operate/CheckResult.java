package orderflow.cli.operate;

import java.util.LinkedHashMap;
import java.util.Map;
import orderflow.cli.options.CommandHints;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param subject what
 * @param text how it is
 * @param advice what to do; empty when nothing is to be done
 * @param figures the numbers in the text and beside it, by the names that they have in JSON
 */
public record CheckResult(
    Level level, String subject, String text, String advice, Map<String, Number> figures) {
  /** How bad it is. */
  public enum Level {
    OK,
    WARN,
    FAIL;

    /** As it stands in JSON. */
    public String jsonName() {
      return name().toLowerCase(java.util.Locale.ROOT);
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

  /**
   * @param problem a sentence, which may say behind a semicolon what to do
   * @param otherwise what to do when it does not
   */
  static CheckResult ofProblem(String subject, String problem, String otherwise) {
    String[] parts = problem.split("; ", 2);
    return fail(subject, parts[0], parts.length > 1 ? parts[1] : otherwise);
  }

  CheckResult with(Map<String, Number> numbers) {
    return new CheckResult(level, subject, text, advice, numbers);
  }

  /** The same with its advice completed. */
  public CheckResult with(CommandHints complete) {
    return new CheckResult(level, subject, text, complete.complete(advice), figures);
  }

  /** The contract for programs. */
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
