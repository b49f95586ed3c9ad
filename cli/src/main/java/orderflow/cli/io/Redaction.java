package orderflow.cli.io;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Hides what is not to be shown. */
public final class Redaction {
  private static final String MASK = "***";

  /** Of what is no proper address too: all up to the last @, but for a user and a colon. */
  private static final Pattern SECRET =
      Pattern.compile("^((?:[^:/?#@]*://)?+(?:[^:@]*:)?+).*@", Pattern.DOTALL);

  private static final Pattern BROKER = Pattern.compile("amqps?", Pattern.CASE_INSENSITIVE);

  private Redaction() {}

  /**
   * An option's value as it may be shown: no token, and no password in an address.
   *
   * @param option without its dashes
   */
  public static String mask(String option, String value) {
    return option.equals("token") && !value.isEmpty() ? MASK : address(value);
  }

  /** An address as it may be shown. */
  public static String mask(URI address) {
    return address(address.toString());
  }

  private static String address(String text) {
    return namesUserAlone(text) ? text : SECRET.matcher(text).replaceFirst("$1" + MASK + "@");
  }

  /** A broker's user is no secret; what stands there for a service, which has none, may be one. */
  private static boolean namesUserAlone(String text) {
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
