package orderflow.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why the two ends did not come to terms, in an operator's words. */
public final class TlsFailure {
  private TlsFailure() {}

  /**
   * What went wrong, as the end of a sentence that names the peer, with what to do about it; empty
   * when {@code thrown} has nothing to do with TLS.
   *
   * @param identified whether we have shown a certificate of ours
   */
  public static Optional<String> of(Throwable thrown, boolean identified) {
    boolean tls = false;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException _ -> {
          return Optional.of(
              "has a certificate that has expired; renew it, or look past it with --insecure");
        }
        case CertificateNotYetValidException _ -> {
          return Optional.of(
              "has a certificate that is not valid yet; check the clocks, or look past it with"
                  + " --insecure");
        }
        case CertPathBuilderException _ -> {
          return Optional.of(
              "has a certificate of an authority that is not trusted; give the authority's with"
                  + " --tls-ca");
        }
        case CertPathValidatorException _, SSLException _ -> tls = true;
        case CertificateException e when String.valueOf(e.getMessage()).contains("subject") -> {
          return Optional.of(
              "has a certificate for another name ("
                  + e.getMessage()
                  + "); use the name it is for");
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
          ? "refused our certificate; give one that it trusts with --tls-cert and --tls-key"
          : "wants a certificate of ours that it trusts; give one with --tls-cert and --tls-key";
    }
    return "and we did not agree on TLS: " + message.replaceAll("\\s+", " ");
  }
}
