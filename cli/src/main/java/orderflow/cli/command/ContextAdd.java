package orderflow.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import orderflow.cli.contexts.Contexts;
import orderflow.cli.io.CliContext;
import orderflow.cli.io.CliException;
import orderflow.cli.io.ExitCode;
import orderflow.cli.options.GlobalOptions;
import orderflow.http.BearerToken;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orderflow context add}. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    header = "Add a context with the options of this command line.",
    description = {
      "",
      "Values of environment variables are not stored. Nothing is connected; test the",
      "context with 'orderflow status --context NAME'.",
    },
    footer = {
      "",
      "Examples:",
      "  orderflow context add local --uri amqp://guest:guest@localhost:5672/",
      "  orderflow context add prod --uri amqps://ops@mq.example/ --ask-password --use",
      "  orderflow context add prod --order-url https://orders.example --ask-token",
    })
public final class ContextAdd implements Callable<Integer> {
  private final CliContext cli;

  @Mixin private GlobalOptions global = new GlobalOptions();

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Name of the context.")
  private String name = "";

  @Option(
      names = "--replace",
      fallbackValue = "true",
      description = "Replace an existing context of that name.")
  private boolean replace;

  @Option(
      names = "--ask-password",
      fallbackValue = "true",
      description =
          "Prompt for the password of the user in --uri without echo; reads stdin if not a"
              + " terminal.")
  private boolean askPassword;

  @Option(
      names = "--ask-token",
      fallbackValue = "true",
      description = "Prompt for the token without echo; reads stdin if not a terminal.")
  private boolean askToken;

  @Option(names = "--use", fallbackValue = "true", description = "Make it the current context.")
  private boolean use;

  public ContextAdd(CliContext cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    ContextFile.requireName(name);
    var file = new ContextFile(cli);
    requireNew(file.read());
    Map<String, String> given = given();
    ask(given);
    if (given.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "the context would be empty; add --uri, --order-url, --token or other options");
    }
    requireUsable();
    file.change(contexts -> {
      requireNew(contexts);
      Contexts added = contexts.with(name, given);
      return use ? added.using(name) : added;
    });
    String instead = use ? file.activate(name) : "";
    if (!global.quiet()) {
      cli.err()
          .println(
              "saved in "
                  + file.path()
                  + (use
                      ? "; it is now the current context" + instead
                      : "; '"
                          + cli.calledAs()
                          + " context use "
                          + name
                          + "' makes it the current context"));
    }
    return ExitCode.DONE.code();
  }

  private void ask(Map<String, String> given) {
    var secrets = new SecretPrompt(cli);
    if (askPassword) {
      String uri = given.getOrDefault("uri", "");
      if (!uri.matches("[a-z]+://[^/:@]+@.*")) {
        throw new CliException(
            ExitCode.USAGE, "--ask-password requires a --uri with a user and no password");
      }
      String password =
          URLEncoder.encode(secrets.ask("Broker password"), StandardCharsets.UTF_8)
              .replace("+", "%20");
      given.put("uri", uri.replaceFirst("@", ":" + password + "@"));
    }
    if (askToken) {
      String token = secrets.ask("Service token");
      if (!BearerToken.isValid(token)) {
        throw new CliException(ExitCode.USAGE, "a token is " + BearerToken.RULE);
      }
      given.put("token", token);
    }
  }

  private void requireNew(Contexts contexts) {
    if (contexts.byName().containsKey(name) && !replace) {
      throw new CliException(
          ExitCode.USAGE, "context '" + name + "' already exists; --replace replaces it");
    }
  }

  /** The typed options by plain name, with absolute paths. */
  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>();
    var parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    for (OptionSpec option : parsed.matchedOptions()) {
      String key = GlobalOptions.plainName(option);
      if (GlobalOptions.IN_CONTEXT.contains(key)) {
        String value = String.valueOf(option.<Object>getValue());
        given.put(
            key, option.type() == Path.class ? Path.of(value).toAbsolutePath().toString() : value);
      }
    }
    return given;
  }

  /** Rejects now what would fail later. */
  private void requireUsable() {
    try (var _ = global.services().orders();
        var _ = global.services().inventory();
        var _ = global.services().notifications()) {
      global.broker("orderflow-context");
    }
  }
}
