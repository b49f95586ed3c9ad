package orderflow.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The named things a service needs in order to work, and how each is. A service is ready while none
 * of them is down, so name them all, down, before the server starts. Thread-safe.
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
   * @param why one short line for the operator; anyone who can reach the port may read it, so no
   *     passwords
   */
  public void down(String check, String why) {
    checks.put(check, why.equals(UP) ? "down" : why);
  }

  /**
   * Adds what is looked at whenever somebody asks, beside what {@link #up} and {@link #down} say.
   *
   * @param problem why it is down, or empty; quick, and must not wait for anything
   */
  public void probe(String check, Supplier<Optional<String>> problem) {
    probes.put(check, problem);
  }

  /**
   * Has the check fail while {@code hang} answers what hangs, whatever was last said of it: what
   * hangs cannot say so itself.
   *
   * @param hang must answer at once; asked by any thread
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
                    check, why, (told, stuck) -> told.equals(UP) ? stuck : told + "; " + stuck)));
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
