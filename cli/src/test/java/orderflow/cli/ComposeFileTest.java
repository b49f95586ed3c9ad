package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The health checks of the containers, run as Docker runs them. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the containers have bash")
class ComposeFileTest {
  private static final JsonNode CONTAINERS =
      new YAMLMapper().readTree(Path.of("../docker-compose.yml").toFile());

  /** Anchors are plain aliases to the parser, which does not merge them. */
  static Stream<String> checks() {
    return Stream.of("/x-healthcheck", "/services/rabbitmq/healthcheck");
  }

  @ParameterizedTest
  @MethodSource("checks")
  void checkIsRunEveryFiveToTenSeconds(String pointer) {
    Duration interval =
        Duration.parse("PT" + CONTAINERS.at(pointer).path("interval").stringValue());
    assertTrue(interval.toSeconds() >= 5 && interval.toSeconds() <= 10, interval::toString);
  }

  @ParameterizedTest
  @MethodSource("checks")
  void checkNeedsNothingButAShellAndTellsReadyFromNotReady(String pointer) throws Exception {
    List<String> check = new ArrayList<>();
    CONTAINERS.at(pointer).path("test").forEach(word -> check.add(word.stringValue()));
    assertEquals(List.of("CMD", "bash"), check.subList(0, 2), "it starts no virtual machine");
    check.removeFirst();
    for (int status : new int[] {200, 503}) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
      try {
        int exit = run(check, server.getAddress().getPort());
        if (status == 200) {
          assertEquals(0, exit, () -> String.join(" ", check));
        } else {
          assertNotEquals(0, exit, () -> String.join(" ", check));
        }
      } finally {
        server.stop(0);
      }
    }
  }

  private static int run(List<String> check, int port) throws Exception {
    List<String> command = new ArrayList<>();
    for (String word : check) {
      command.add(word.replace("$$", "$").replace("15672", Integer.toString(port)));
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ORDERFLOW_ORDER_PORT", Integer.toString(port));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
