package orderflow.cli.io;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Masks passwords and tokens. */
public final class Redaction {
  private static final String MASK = "***";

  /** All up to the last @ except a user and a colon; also in an invalid address. */
  private static final Pattern SECRET =
      Pattern.compile("^((?:[^:/?#@]*://)?+(?:[^:@]*:)?+).*@", Pattern.DOTALL);

  private static final Pattern BROKER = Pattern.compile("amqps?", Pattern.CASE_INSENSITIVE);

  private Redaction() {}

  /**
   * Masks a token, and the password in an address.
   *
   * @param option its name without dashes
   */
  public static String mask(String option, String value) {
    return option.equals("token") && !value.isEmpty() ? MASK : address(value);
  }

  /** Masks the password in an address. */
  public static String mask(URI address) {
    return address(address.toString());
  }

  private static String address(String text) {
    return hasOnlyBrokerUser(text) ? text : SECRET.matcher(text).replaceFirst("$1" + MASK + "@");
  }

  /** The user of a broker is shown; a service has no users, so its user info may be a secret. */
  private static boolean hasOnlyBrokerUser(String text) {
    try {
      URI address = new URI(text);
      String user = address.getRawUserInfo();
      return user != null
          && !user.contains(":")
          && BROKER.matcher(String.valueOf(address.getScheme())).matches();
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
