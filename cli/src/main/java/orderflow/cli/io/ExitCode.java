package orderflow.cli.io;

/** What the process tells its caller. Fixed: scripts depend on it. */
public enum ExitCode {
  DONE(0, "done"),
  INTERNAL(1, "internal error"),
  USAGE(2, "wrong usage or configuration"),
  PARTIAL(3, "partly done"),
  UNREACHABLE(4, "broker or service not reachable"),
  FAILED(5, "verdict: failed or inconclusive"),
  INTERRUPTED(130, "interrupted (Ctrl-C)"),
  /** The JVM's own, for a process that SIGTERM ends. */
  TERMINATED(143, "terminated (SIGTERM)");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
