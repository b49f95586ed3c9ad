package orderflow.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import orderflow.testing.Certificates;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each error names the file and the cause in one line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsFilesTest {
  @TempDir static Path folder = Path.of("");

  private Path ca = Path.of("");
  private Certificates.Pair own = new Certificates.Pair(Path.of(""), Path.of(""));

  @BeforeAll
  void make() {
    var certificates = new Certificates(folder);
    ca = certificates.authority();
    own = certificates.valid("own");
  }

  @Test
  void certificateKeyAndAuthorityMakeAContext() {
    assertNotNull(new TlsFiles(ca, own.certificate(), own.key(), false).context());
    assertNotNull(new TlsFiles(null, null, null, false).context());
    assertNotNull(new TlsFiles(null, null, null, true).context());
  }

  @Test
  void missingFileIsNamed() {
    Path missing = folder.resolve("nowhere.pem");

    assertEquals(
        missing + " cannot be read: there is no such file",
        refusal(new TlsFiles(missing, null, null, false)));
    assertEquals(
        missing + " cannot be read: there is no such file",
        refusal(new TlsFiles(null, own.certificate(), missing, false)));
  }

  @Test
  void keyInPlaceOfTheCertificateIsReported() {
    String refusal = refusal(new TlsFiles(own.key(), null, null, false));

    assertTrue(refusal.contains("BEGIN CERTIFICATE"), refusal);
  }

  @Test
  void certificateInPlaceOfTheKeyIsReported() {
    String refusal = refusal(new TlsFiles(null, own.certificate(), own.certificate(), false));

    assertTrue(refusal.contains("no key was found in " + own.certificate()), refusal);
  }

  @Test
  void invalidCertificateFileIsNamed() throws IOException {
    Path rubbish =
        Files.writeString(folder.resolve("rubbish.pem"), "-----BEGIN CERTIFICATE-----\n!");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");

    assertTrue(refusal(new TlsFiles(rubbish, null, null, false)).contains(rubbish.toString()));
    assertTrue(refusal(new TlsFiles(empty, null, null, false)).contains(empty.toString()));
  }

  @Test
  void pkcs1RsaKeyIsRead() throws Exception {
    var pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    // PKCS #8 wraps PKCS #1 after a header of 26 bytes for a key of 2048 bits or more.
    byte[] pkcs1 = java.util.Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    Path old =
        Files.writeString(
            folder.resolve("old.key"),
            "-----BEGIN RSA PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pkcs1)
                + "\n-----END RSA PRIVATE KEY-----\n");

    // It is read, and does not match the certificate.
    String refusal = refusal(new TlsFiles(null, own.certificate(), old, false));
    assertTrue(refusal.contains("does not match"), refusal);
  }

  @Test
  void certificateWithoutKeyIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new TlsFiles(null, own.certificate(), null, false));
  }

  private static String refusal(TlsFiles files) {
    return String.valueOf(assertThrows(TlsException.class, files::context).getMessage());
  }
}
