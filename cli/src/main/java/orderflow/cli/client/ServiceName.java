package orderflow.cli.client;

import java.util.Locale;

/** The services of the flow, in the order in which they start. */
public enum ServiceName {
  ORDER,
  INVENTORY,
  NOTIFICATION;

  /** The option for the service's address. */
  public String option() {
    return "--" + this + "-url";
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
