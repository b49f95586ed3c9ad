package orderflow.cli.prove.variants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import orderflow.cli.prove.scenario.Scenarios;
import orderflow.cli.prove.variants.VariantResult.Outcome;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code verify}, as a process, on services with one planted variant. */
final class VariantRun {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final List<String> SCENARIOS =
      new Scenarios("variants", 1, false, Clock.systemUTC()).names();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Variant variant;
  private final String broker;
  private final long seed;

  private VariantRun(Variant variant, String broker, long seed) {
    this.variant = variant;
    this.broker = broker;
    this.seed = seed;
  }

  static VariantResult of(Variant variant, String broker, long seed)
      throws IOException, InterruptedException {
    if (variant.scenarios().stream().noneMatch(SCENARIOS::contains)) {
      return new VariantResult(
          variant.name(), broker, seed, Outcome.SKIPPED, "", "no such scenario", 0);
    }
    Path folder = Files.createTempDirectory("orderflow-variant-");
    try {
      return new VariantRun(variant, broker, seed).run(folder);
    } finally {
      delete(folder);
    }
  }

  private VariantResult run(Path folder) throws IOException, InterruptedException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    VariantCompiler.compile(variant, classes);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    long begun = System.nanoTime();
    Process verify =
        new ProcessBuilder(command(folder, classes))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!verify.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        return result(Outcome.BROKEN, "", "verify did not end in " + LIMIT.toMinutes() + " min", 0);
      }
    } finally {
      end(verify);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    try {
      return judge(JSON.readTree(Files.readString(out)), seconds);
    } catch (JacksonException e) {
      String text = Files.readString(err);
      return result(Outcome.BROKEN, "", last(text), seconds);
    }
  }

  private List<String> command(Path folder, Path classes) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorderflow.verify.classpath=" + classes,
            "-cp",
            System.getProperty("java.class.path"),
            "orderflow.cli.Orderflow",
            "verify"));
    variant.scenarios().stream().filter(SCENARIOS::contains).forEach(command::add);
    command.addAll(List.of("--broker", broker, "--seed", Long.toString(seed), "-o", "json"));
    command.addAll(List.of("--keep-on-failure", folder.resolve("kept").toString()));
    return command;
  }

  /** An orderly end first: it removes its processes and files. */
  private static void end(Process verify) throws InterruptedException {
    verify.destroy();
    if (!verify.waitFor(KILL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      verify.destroyForcibly().waitFor();
    }
  }

  private VariantResult judge(JsonNode report, double seconds) {
    VariantResult best = result(Outcome.SKIPPED, "", "every scenario was skipped", seconds);
    for (JsonNode scenario : report.path("scenarios")) {
      VariantResult one = judgeScenario(scenario, seconds);
      if (rank(one.outcome()) < rank(best.outcome())) {
        best = one;
      }
    }
    return best;
  }

  private static int rank(Outcome outcome) {
    return switch (outcome) {
      case FOUND -> 0;
      case FAILED -> 1;
      case INCONCLUSIVE -> 2;
      case PASSED -> 3;
      case SKIPPED, BROKEN -> 4;
    };
  }

  private VariantResult judgeScenario(JsonNode scenario, double seconds) {
    String name = scenario.path("name").stringValue();
    List<String> lines = lines(scenario);
    String first = lines.isEmpty() ? scenario.path("summary").stringValue() : lines.getFirst();
    return switch (scenario.path("verdict").stringValue()) {
      case "fail" ->
          lines.stream()
              .filter(this::hasWords)
              .findFirst()
              .map(line -> result(Outcome.FOUND, name, line, seconds))
              .orElseGet(() -> result(Outcome.FAILED, name, first, seconds));
      case "inconclusive" -> result(Outcome.INCONCLUSIVE, name, first, seconds);
      case "skip" -> result(Outcome.SKIPPED, name, first, seconds);
      default -> result(Outcome.PASSED, name, first, seconds);
    };
  }

  private boolean hasWords(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return variant.words().stream().allMatch(word -> lower.contains(word.toLowerCase(Locale.ROOT)));
  }

  /** The findings, each as one line of all its texts. */
  private static List<String> lines(JsonNode scenario) {
    return scenario.path("findings").valueStream().map(VariantRun::line).toList();
  }

  private static String line(JsonNode finding) {
    return finding
        .valueStream()
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .collect(Collectors.joining(" "));
  }

  private VariantResult result(Outcome outcome, String scenario, String line, double seconds) {
    return new VariantResult(variant.name(), broker, seed, outcome, scenario, line, seconds);
  }

  private static String last(String text) {
    return text.lines().filter(line -> !line.isBlank()).reduce("", (_, later) -> later);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
