package orderflow.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of a TLS connection, from PEM files.
 *
 * @param ca certificates of the authorities that are trusted; null for the JDK's own
 * @param certificate our certificate, followed by its intermediates; null for none
 * @param key of {@code certificate}, not encrypted, in PKCS #8 ({@code BEGIN PRIVATE KEY}) or, for
 *     RSA, PKCS #1; null if {@code certificate} is
 * @param insecure accepts any certificate and host name
 */
public record TlsFiles(
    @Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean insecure) {
  private static final Logger LOG = LoggerFactory.getLogger("Tls");
  private static final String PROTOCOL = "TLS";
  private static final int MOST_BYTES = 1 << 20;
  private static final char[] IN_MEMORY = new char[0];
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN (|RSA )PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");
  private static final byte[] RSA_HEADER =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  public TlsFiles {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("a certificate and its key go together");
    }
  }

  /** For a server that requires no client certificate. */
  public static TlsFiles ofServer(Path certificate, Path key) {
    return new TlsFiles(null, certificate, key, false);
  }

  /**
   * Reads the files.
   *
   * @throws TlsException when a file cannot be read or used; names the file
   */
  public SSLContext context() {
    KeyManager @Nullable [] identity =
        certificate == null || key == null ? null : identity(certificate, key);
    TrustManager @Nullable [] trust =
        insecure ? new TrustManager[] {new TrustAll()} : ca == null ? null : trust(ca);
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL);
      context.init(identity, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new TlsException("TLS is not available: " + e.getMessage(), e);
    }
  }

  private static KeyManager[] identity(Path certificate, Path key) {
    Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
    warnOfAge(certificate, chain[0]);
    PrivateKey secret = privateKey(key);
    if (!belongTogether(chain[0].getPublicKey(), secret)) {
      throw new TlsException("the key " + key + " does not match " + certificate, null);
    }
    try {
      KeyStore store = empty();
      store.setKeyEntry("own", secret, IN_MEMORY, chain);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, IN_MEMORY);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(
          "the key " + key + " cannot be used with " + certificate + ": " + e.getMessage(), e);
    }
  }

  /** Clients refuse such a certificate, and only they see it. */
  @SuppressWarnings("JavaUtilDate") // the type certificates have for times
  private static void warnOfAge(Path file, Certificate certificate) {
    if (certificate instanceof X509Certificate dated) {
      try {
        dated.checkValidity();
      } catch (CertificateExpiredException e) {
        LOG.warn("The certificate {} has expired: {}", file, dated.getNotAfter().toInstant());
      } catch (CertificateNotYetValidException e) {
        LOG.warn("The certificate {} is not valid yet: {}", file, dated.getNotBefore().toInstant());
      }
    }
  }

  /** Otherwise handshakes would fail without a clear reason. */
  private static boolean belongTogether(PublicKey open, PrivateKey secret) {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> secret.getAlgorithm();
        };
    byte[] anything = {1, 2, 3};
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(secret);
      signing.update(anything);
      byte[] signature = signing.sign();
      signing.initVerify(open);
      signing.update(anything);
      return signing.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static TrustManager[] trust(Path ca) {
    Collection<? extends Certificate> authorities = certificates(ca);
    try {
      KeyStore store = empty();
      int number = 0;
      for (Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(ca + " cannot be used as an authority: " + e.getMessage(), e);
    }
  }

  /** At most a megabyte. */
  private static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new TlsException(file + " cannot be read: it is a folder", null);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES);
    } catch (IOException e) {
      throw TlsException.unreadable(file, e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    byte[] bytes = bytes(file);
    try {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
      if (found.isEmpty()) {
        throw noCertificate(file, bytes, null);
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw noCertificate(file, bytes, e);
    }
  }

  private static TlsException noCertificate(Path file, byte[] bytes, @Nullable Exception cause) {
    boolean key = new String(bytes, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY-----");
    return new TlsException(
        file
            + (key ? " holds a key and no certificate" : " holds no certificate in PEM")
            + " (BEGIN CERTIFICATE)",
        cause);
  }

  private static PrivateKey privateKey(Path file) {
    Matcher pem = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw noKey(file, null);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      return privateKey(new PKCS8EncodedKeySpec(pem.group(1).isEmpty() ? der : pkcs8(der)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw noKey(file, e);
    }
  }

  /** The algorithm is part of the encoding, but only its own factory reads it. */
  private static PrivateKey privateKey(PKCS8EncodedKeySpec encoded)
      throws GeneralSecurityException {
    for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        // another algorithm's
      }
    }
    throw new InvalidKeySpecException("not an EC, RSA or EdDSA key");
  }

  /** RFC 5208: version 0, the algorithm, and the RSA key as an octet string. */
  private static byte[] pkcs8(byte[] rsaKey) {
    return der(0x30, RSA_HEADER, der(0x04, rsaKey));
  }

  /** A DER value whose length takes two bytes: longer than 255 bytes, as each RSA key is. */
  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    Stream.of(parts).forEach(content::writeBytes);
    int length = content.size();
    return ByteBuffer.allocate(4 + length)
        .put(new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length})
        .put(content.toByteArray())
        .array();
  }

  private static TlsException noKey(Path file, @Nullable Exception cause) {
    return new TlsException(
        "no key was found in "
            + file
            + " (BEGIN PRIVATE KEY, not encrypted); 'openssl pkcs8 -topk8 -nodes -in KEY' makes one"
            + " of another kind",
        cause);
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, IN_MEMORY);
    return store;
  }
}
