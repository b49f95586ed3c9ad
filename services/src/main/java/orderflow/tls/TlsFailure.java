package orderflow.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Explains why a TLS handshake failed. */
public final class TlsFailure {
  private TlsFailure() {}

  /**
   * The cause and what to do, as the end of a sentence that names the peer; empty when {@code
   * thrown} does not come from TLS.
   *
   * @param identified whether the client has sent a certificate
   */
  public static Optional<String> of(Throwable thrown, boolean identified) {
    boolean tls = false;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return Optional.of(
              "has an expired certificate; renew it, or skip verification with --insecure");
        }
        case CertificateNotYetValidException _ -> {
          return Optional.of(
              "has a certificate that is not valid yet; check the clocks, or skip verification"
                  + " with --insecure");
        }
        case CertPathBuilderException _ -> {
          return Optional.of(
              "has a certificate of an untrusted authority; give the authority's certificate with"
                  + " --tls-ca");
        }
        case CertPathValidatorException _, SSLException _ -> tls = true;
        case CertificateException e when String.valueOf(e.getMessage()).contains("subject") -> {
          return Optional.of(
              "has a certificate for another name ("
                  + e.getMessage()
                  + "); use a name of the certificate");
        }
        default -> {}
      }
    }
    return tls ? Optional.of(handshake(thrown, identified)) : Optional.empty();
  }

  private static String handshake(Throwable thrown, boolean identified) {
    String message = "";
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException && cause.getMessage() != null) {
        message = cause.getMessage();
      }
    }
    if (message.contains("nrecognized SSL message")) {
      return "does not speak TLS; leave the s out of amqps://, https:// or smtps://";
    }
    if (message.matches(
        ".*(bad_certificate|certificate_required|unknown_ca|certificate_unknown).*")) {
      return identified
          ? "refused the client certificate; give one that it trusts with --tls-cert and --tls-key"
          : "requires a client certificate; give one that it trusts with --tls-cert and --tls-key";
    }
    return "failed the TLS handshake: " + message.replaceAll("\\s+", " ");
  }
}
