package orderflow.cli.prove.check;

import java.util.Locale;

/** Where an order can be on its way, in order. */
public enum Station {
  SENT,
  ANSWERED,
  STORED,
  PUBLISHED,
  /** Consumed by inventory, which shows no decision. */
  DELIVERED,
  DECIDED,
  OUTCOME,
  NOTIFIED;

  /** Its name in reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
