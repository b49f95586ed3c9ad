package orderflow.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import orderflow.cli.completion.CommandModel;
import orderflow.cli.io.CliContext;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the real command line in this JVM, and captures its output. */
public final class Cli {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> always = new ArrayList<>();
  private boolean terminal;
  private int columns;
  private String input = "";
  private Runnable beforeAnswer = () -> {};
  private boolean closed;
  private StringWriter results = new StringWriter();

  /** How a command ended, and all that it wrote. */
  public record Result(int exit, String out, String err) {
    /** The results, which must be one JSON document. */
    public JsonNode json() {
      return JSON.readTree(out);
    }

    /** The results, which must be one JSON document a line. */
    public List<JsonNode> jsonLines() {
      return out.lines().map(JSON::readTree).toList();
    }
  }

  /** A variable of the process. */
  public Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Options that stand behind those of each {@link #run}. */
  public Cli always(String... options) {
    always.addAll(List.of(options));
    return this;
  }

  /** Whoever read the results is gone. */
  public Cli closedOutput() {
    closed = true;
    return this;
  }

  /** Where a test sees the results of one run as they come. */
  public Cli into(StringWriter live) {
    results = live;
    return this;
  }

  /** What the person types. */
  public Cli typing(String text) {
    input = text;
    return this;
  }

  /** What happens while the person thinks, once. */
  public Cli meanwhile(Runnable action) {
    beforeAnswer = action;
    return this;
  }

  /** A person looks at both streams. */
  public Cli onTerminal() {
    terminal = true;
    return this;
  }

  /** The same, on a terminal that is so wide. */
  public Cli onTerminal(int width) {
    columns = width;
    return onTerminal();
  }

  /** Fails when results in JSON are not as the command's schema says. */
  public Result run(String... arguments) {
    StringWriter out = results;
    results = new StringWriter();
    var err = new StringWriter();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(always);
    Writer written = closed ? new ClosedPipe() : out;
    CommandLine commandLine =
        CliFactory.create(cli(new PrintWriter(written, true), new PrintWriter(err, true)));
    int exit = commandLine.execute(all.toArray(String[]::new));
    Schemas.check(commandLine.getParseResult(), out.toString());
    return new Result(exit, out.toString(), err.toString());
  }

  /** Looked at, not run. */
  public CommandLine commandLine() {
    return CliFactory.create(
        cli(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter())));
  }

  private CliContext cli(PrintWriter out, PrintWriter err) {
    return new CliContext(
        new Person(input, beforeAnswer),
        out,
        err,
        Map.copyOf(environment),
        terminal,
        terminal,
        terminal,
        columns,
        Clock.systemUTC(),
        new Random(environment.hashCode() + System.nanoTime()),
        Optional.empty());
  }

  /** All commands, as completion scripts and manual pages see them. */
  public static CommandModel commandModel() {
    return CommandModel.read(CliFactory::create, plainContext());
  }

  /** For parts that are started beside the command line. */
  public static CliContext plainContext() {
    return new Cli().cli(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  }

  private static final class Person extends ByteArrayInputStream {
    private Runnable beforeAnswer;

    Person(String answer, Runnable beforeAnswer) {
      super(answer.getBytes(StandardCharsets.UTF_8));
      this.beforeAnswer = beforeAnswer;
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) {
      beforeAnswer.run();
      beforeAnswer = () -> {};
      return super.read(into, from, length);
    }
  }

  private static final class ClosedPipe extends Writer {
    @Override
    public void write(char[] text, int from, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void close() {}
  }
}
