package orderflow.net;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * User and password of an address, decoded. {@code toString} hides the password.
 *
 * @param password empty when the address has none
 */
public record UserInfo(String user, String password) {

  /**
   * Of {@code scheme://user:password@host}; empty when there is none.
   *
   * @throws IllegalArgumentException when it cannot be decoded; the message does not repeat it
   */
  public static Optional<UserInfo> of(URI address) {
    UriParts parts = UriParts.parse(address.toString());
    return Optional.ofNullable(parts.user())
        .map(user -> new UserInfo(user, Objects.requireNonNullElse(parts.password(), "")));
  }

  /** The address without user and password. */
  public static URI stripped(URI address) {
    String raw = address.getRawUserInfo();
    return raw == null
        ? address
        : URI.create(address.toString().replaceFirst("//" + Pattern.quote(raw) + "@", "//"));
  }

  @Override
  public String toString() {
    return "UserInfo";
  }
}
