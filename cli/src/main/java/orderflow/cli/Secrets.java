package orderflow.cli;

import java.net.URI;
import java.util.regex.Pattern;

/** Hides what is not to be shown. */
public final class Secrets {
  private static final String MASK = "***";

  /** Of what is no proper address too: whatever stands between a colon and the last @. */
  private static final Pattern PASSWORD = Pattern.compile("^((?:[^:/?#@]*://)?[^:@]*):.*@");

  private Secrets() {}

  /**
   * An option's value as it may be shown: no token, and no password in an address.
   *
   * @param option without its dashes
   */
  public static String masked(String option, String value) {
    return option.equals("token") && !value.isEmpty() ? MASK : address(value);
  }

  /** An address as it may be shown. */
  public static String masked(URI address) {
    return address(address.toString());
  }

  private static String address(String text) {
    return PASSWORD.matcher(text).replaceFirst("$1:" + MASK + "@");
  }
}
