package orderflow.testing;

/** The process ends here. An error, so that nothing which handles failures takes it for one. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  public SimulatedCrash() {
    super("simulated crash", null, false, false);
  }
}
