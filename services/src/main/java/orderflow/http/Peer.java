package orderflow.http;

import io.helidon.common.socket.PeerInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.Principal;
import java.security.cert.Certificate;
import java.util.Optional;

/** The engine asks for the peer at every request, and nothing here uses the answer. */
enum Peer implements PeerInfo {
  UNKNOWN;

  @Override
  public SocketAddress address() {
    return InetSocketAddress.createUnresolved(host(), port());
  }

  @Override
  public String host() {
    return "unknown";
  }

  @Override
  public int port() {
    return 0;
  }

  @Override
  public Optional<Principal> tlsPrincipal() {
    return Optional.empty();
  }

  @Override
  public Optional<Certificate[]> tlsCertificates() {
    return Optional.empty();
  }
}
