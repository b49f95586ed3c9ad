package orderflow.cli.options;

import java.net.URI;
import java.net.URISyntaxException;
import orderflow.net.UriParts;

/** Addresses as they are typed. */
public final class Uris {
  private Uris() {}

  /**
   * The text may hold a password, so neither message nor cause repeats it.
   *
   * @throws IllegalArgumentException for people: why it is none, and where
   */
  public static URI parse(String text) {
    if (text.contains("://")) {
      UriParts.requireUserInfo(text);
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "not an address: " + e.getReason() + " at character " + (e.getIndex() + 1));
    }
  }
}
