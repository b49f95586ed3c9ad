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

  /** The exit code and output of a command. */
  public record Result(int exit, String out, String err) {
    /** The results, which must be one JSON document. */
    public JsonNode json() {
      return JSON.readTree(out);
    }

    /** The results, which must be one JSON document per line. */
    public List<JsonNode> jsonLines() {
      return out.lines().map(JSON::readTree).toList();
    }
  }

  /** Sets an environment variable. */
  public Cli with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Options to append in each {@link #run}. */
  public Cli always(String... options) {
    always.addAll(List.of(options));
    return this;
  }

  /** Closes the pipe for results. */
  public Cli closedOutput() {
    closed = true;
    return this;
  }

  /** Where the results of the next run appear while it runs. */
  public Cli into(StringWriter live) {
    results = live;
    return this;
  }

  /** Standard input. */
  public Cli typing(String text) {
    input = text;
    return this;
  }

  /** An action to run once before standard input is read. */
  public Cli meanwhile(Runnable action) {
    beforeAnswer = action;
    return this;
  }

  /** All streams are terminals. */
  public Cli onTerminal() {
    terminal = true;
    return this;
  }

  /** All streams are terminals of this width. */
  public Cli onTerminal(int width) {
    columns = width;
    return onTerminal();
  }

  /** Runs a command; fails when JSON results do not match its schema. */
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

  /** The parser, to inspect. */
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

  /** The model for completion scripts and manual pages. */
  public static CommandModel commandModel() {
    return CommandModel.read(CliFactory::create, plainContext());
  }

  /** A context for parts that run without a command. */
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
