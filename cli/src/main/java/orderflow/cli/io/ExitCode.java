package orderflow.cli.io;

/** The exit codes of the process; scripts depend on them. */
public enum ExitCode {
  DONE(0, "done"),
  INTERNAL(1, "internal error"),
  USAGE(2, "wrong usage or configuration"),
  PARTIAL(3, "partly done"),
  UNREACHABLE(4, "broker or service not reachable"),
  FAILED(5, "verdict: failed or inconclusive"),
  INTERRUPTED(130, "interrupted (Ctrl-C)"),
  /** Set by the JVM. */
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
