package orderflow.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import orderflow.cli.embedded.EmbeddedBroker;
import orderflow.messaging.BrokerSettings;
import orderflow.messaging.RabbitBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands where the temporary folder cannot be used, as in a container with a read-only root. */
@Timeout(90)
class TemporaryFolderTest {
  private static final long LIMIT_SECONDS = 40;

  @TempDir Path folder;

  @Test
  void verifyReportsFolderCauseAndAdvice() throws Exception {
    assertNamesCauseAndCure("verify", "happy-path");
  }

  @Test
  void replayFromAPipeReportsFolderCauseAndAdvice() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.inMemory(0)) {
      new RabbitBroker(BrokerSettings.of(URI.create(broker.uri()), "test")).declareTopology();
      assertNamesCauseAndCure("dlq-replay", "--uri", broker.uri(), "--from", "/dev/stdin");
    }
  }

  private void assertNamesCauseAndCure(String... words) throws Exception {
    Path missing = folder.resolve("missing");
    Path out = folder.resolve("out");
    List<String> command = new ArrayList<>(ProgramProcess.java("-Djava.io.tmpdir=" + missing));
    command.addAll(List.of(words));
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ORDERFLOW_"));
    builder.environment().put("ORDERFLOW_CONFIG", "/dev/null");
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(out);
    assertEquals(2, process.exitValue(), output);
    assertTrue(output.contains("the temporary folder " + missing + " cannot be used: "), output);
    assertTrue(output.contains("it does not exist; make it writable"), output);
    assertTrue(output.contains("ORDERFLOW_JAVA_OPTS=-Djava.io.tmpdir=DIR"), output);
  }
}
