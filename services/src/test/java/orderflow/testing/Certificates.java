package orderflow.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority for tests, and its certificates, created with keytool. For one thread at
 * a time.
 */
public final class Certificates {
  private static final String PASSWORD = "changeit";
  private static final long LIMIT_SECONDS = 60;

  private final Path folder;

  /**
   * A certificate and its key, in PEM.
   *
   * @param key not encrypted, PKCS #8
   */
  public record Pair(Path certificate, Path key) {}

  /** Creates the authority. */
  public Certificates(Path folder) {
    this.folder = folder;
    generate("ca", "-dname", "CN=the test's authority", "-ext", "bc:c");
    write("ca.pem", pem("CERTIFICATE", encoded(certificateOf("ca"))));
  }

  /** The authority's own certificate. */
  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /** One for {@code localhost} and 127.0.0.1 that is valid now, good for a server or a client. */
  public Pair valid(String name) {
    return signed(name, "san=dns:localhost,ip:127.0.0.1", "-validity", "2");
  }

  /** A certificate that expired five days ago. */
  public Pair expired(String name) {
    return signed(name, "san=dns:localhost,ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
  }

  /** A valid certificate for another host name. */
  public Pair ofAnotherHost(String name) {
    return signed(name, "san=dns:elsewhere.invalid", "-validity", "2");
  }

  private Pair signed(String name, String subjects, String... validity) {
    generate(name, "-dname", "CN=" + name);
    Path request = folder.resolve(name + ".csr");
    keytool(name, "-certreq", "-file", request.toString());
    Path certificate = folder.resolve(name + ".der");
    List<String> signing =
        new ArrayList<>(
            List.of("-gencert", "-infile", request.toString(), "-outfile", certificate.toString()));
    signing.addAll(List.of("-ext", subjects));
    signing.addAll(List.of(validity));
    keytool("ca", signing.toArray(String[]::new));
    try {
      write(name + ".pem", pem("CERTIFICATE", Files.readAllBytes(certificate)));
      Key key = store(name).getKey(name, PASSWORD.toCharArray());
      write(name + ".key", pem("PRIVATE KEY", Objects.requireNonNull(key).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return new Pair(folder.resolve(name + ".pem"), folder.resolve(name + ".key"));
  }

  private void generate(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    arguments.addAll(List.of(more));
    keytool(name, arguments.toArray(String[]::new));
  }

  private void keytool(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", name, "-keystore", folder.resolve(name + ".p12").toString()));
    command.addAll(List.of("-storepass", PASSWORD, "-J-XX:TieredStopAtLevel=1"));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("keytool: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Certificate certificateOf(String name) {
    try {
      return Objects.requireNonNull(store(name).getCertificate(name));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore store(String name) throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      return store;
    }
  }

  private static byte[] encoded(Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
