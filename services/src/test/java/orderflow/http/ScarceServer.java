package orderflow.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, which runs out of file descriptors when it is told to. */
final class ScarceServer {
  private ScarceServer() {}

  public static void main(String[] args) throws IOException {
    try (ServerFixture fixture = new ServerFixture(ServerFixture.withLongTimeouts());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println(fixture.port());
      commands.readLine();
      List<FileInputStream> hoard = hoard();
      System.out.println("exhausted");
      commands.readLine();
      for (FileInputStream file : hoard) {
        file.close();
      }
      System.out.println("freed");
      commands.readLine();
    }
  }

  private static List<FileInputStream> hoard() throws IOException {
    List<FileInputStream> files = new ArrayList<>();
    try {
      while (true) {
        files.add(new FileInputStream("/dev/null"));
      }
    } catch (FileNotFoundException e) {
      return files;
    }
  }
}
