package orderflow.cli.prove.variants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import orderflow.cli.prove.variants.VariantResult.Outcome;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code verify} on every planted variant and prints the results, or the table of them. */
@Command(name = "variants", mixinStandardHelpOptions = true)
final class Variants implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Option(names = "--broker", split = ",", description = "embedded, rabbitmq (default: both).")
  private List<String> brokers = Variant.BROKERS;

  @Option(names = "--seed", split = ",", description = "Seeds, separated by commas (default: 1).")
  private List<Long> seeds = List.of(1L);

  @Option(
      names = "--only",
      split = ",",
      description = "Names of variants (default: all that are not open).")
  private List<String> only = List.of();

  @Option(names = "--slots", description = "How many runs at a time (default: 2).")
  private int slots = 2;

  @Option(
      names = "--results",
      required = true,
      description = "The file to which each result is appended.")
  private Path file = Path.of("");

  @Option(names = "--table", description = "Print the table of that file, and run nothing.")
  private boolean table;

  private Variants() {}

  public static void main(String[] arguments) {
    // Else an interrupt would leave the running flows behind.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
    System.exit(new CommandLine(new Variants()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    List<Variant> chosen =
        VariantList.all().stream()
            .filter(variant -> only.isEmpty() || only.contains(variant.name()))
            .toList();
    if (table) {
      List<VariantResult> results =
          Files.readAllLines(file).stream()
              .map(line -> VariantResult.of(JSON.readTree(line)))
              .toList();
      System.out.print(VariantTable.of(chosen, results));
      return 0;
    }
    long missed = run(chosen).stream().filter(each -> each.outcome() != Outcome.FOUND).count();
    System.out.printf(Locale.ROOT, "%d not found%n", missed);
    return missed == 0 ? 0 : 1;
  }

  private List<VariantResult> run(List<Variant> chosen)
      throws InterruptedException, ExecutionException {
    List<VariantResult> results = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(slots)) {
      List<Future<VariantResult>> running = new ArrayList<>();
      for (Variant variant : chosen) {
        if (!variant.open().isEmpty() && only.isEmpty()) {
          continue;
        }
        for (String broker : brokers.stream().filter(variant.brokers()::contains).toList()) {
          for (long seed : seeds) {
            running.add(workers.submit(() -> recorded(VariantRun.of(variant, broker, seed))));
          }
        }
      }
      for (Future<VariantResult> one : running) {
        results.add(one.get());
      }
    }
    return results;
  }

  private synchronized VariantResult recorded(VariantResult result) throws IOException {
    System.out.println(result);
    Files.writeString(
        file,
        JSON.writeValueAsString(result.toJson()) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return result;
  }
}
