package orderflow.cli.client;

import java.util.Locale;

/** The services of the flow, in the order in which they start. */
public enum ServiceName {
  ORDER,
  INVENTORY,
  NOTIFICATION;

  /** The option that says where it is. */
  public String option() {
    return "--" + this + "-url";
  }

  /** For people. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
