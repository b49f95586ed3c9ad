package orderflow.testing;

/** The end of the process. An error, so that no code handles it as a failure. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  public SimulatedCrash() {
    super("simulated crash", null, false, false);
  }
}
