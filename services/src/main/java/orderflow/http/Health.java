package orderflow.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The state of each part that a service needs. A service is ready while no check is down, so
 * register all checks as down before the server starts. Thread-safe.
 */
public final class Health {
  private static final String UP = "up";

  private final ConcurrentSkipListMap<String, String> checks = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, Supplier<Optional<String>>> probes =
      new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, Supplier<Optional<String>>> hangs =
      new ConcurrentSkipListMap<>();

  public void up(String check) {
    checks.put(check, UP);
  }

  /**
   * @param why one short line for the operator; needs no token to be read, so no passwords
   */
  public void down(String check, String why) {
    checks.put(check, why.equals(UP) ? "down" : why);
  }

  /**
   * Adds a check that is evaluated at each request, in addition to {@link #up} and {@link #down}.
   *
   * @param problem why the check is down, or empty; must return at once
   */
  public void probe(String check, Supplier<Optional<String>> problem) {
    probes.put(check, problem);
  }

  /**
   * Fails the check while {@code hang} returns a reason, in addition to its last state: a thread
   * that hangs cannot report it.
   *
   * @param hang must return at once; called by any thread
   */
  public void watch(String check, Supplier<Optional<String>> hang) {
    hangs.put(check, hang);
  }

  public boolean ready() {
    return ready(checks());
  }

  /** Each check by name: {@code "up"}, or why not. */
  public SortedMap<String, String> checks() {
    SortedMap<String, String> now = new TreeMap<>(checks);
    probes.forEach((check, probe) ->
        probe.get().ifPresentOrElse(why -> now.put(check, why), () -> now.putIfAbsent(check, UP)));
    hangs.forEach((check, hang) ->
        hang.get()
            .ifPresent(why ->
                now.merge(
                    check, why, (last, stuck) -> last.equals(UP) ? stuck : last + "; " + stuck)));
    return now;
  }

  Response readiness() {
    SortedMap<String, String> now = checks();
    boolean ready = ready(now);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", ready ? "ready" : "not_ready");
    body.put("checks", now);
    return Response.json(ready ? 200 : 503, body);
  }

  private static boolean ready(Map<String, String> checks) {
    return checks.values().stream().allMatch(UP::equals);
  }
}
