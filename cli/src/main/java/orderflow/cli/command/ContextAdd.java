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
    header = "Keep the options that are given here under a name.",
    description = {
      "",
      "Only what stands on this command line is kept, not what variables say.",
      "Nothing is connected; 'orderflow status --context NAME' tries it out.",
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

  @Parameters(paramLabel = "NAME", description = "The context's name.")
  private String name = "";

  @Option(
      names = "--replace",
      fallbackValue = "true",
      description = "Write over a context of that name.")
  private boolean replace;

  @Option(
      names = "--ask-password",
      fallbackValue = "true",
      description = "Ask for the password of the user in --uri, unseen; or read a line of input.")
  private boolean askPassword;

  @Option(
      names = "--ask-token",
      fallbackValue = "true",
      description = "Ask for the token, unseen; or read a line of input.")
  private boolean askToken;

  @Option(names = "--use", fallbackValue = "true", description = "Make it the current one.")
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
          "a context without values is of no use; give --uri, --order-url, --token or the like");
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
              "kept in "
                  + file.path()
                  + (use
                      ? ", and is the current one" + instead
                      : "; '"
                          + cli.calledAs()
                          + " context use "
                          + name
                          + "' makes it the current one"));
      cli.err().flush();
    }
    return ExitCode.DONE.code();
  }

  private void ask(Map<String, String> given) {
    var secrets = new SecretPrompt(cli);
    if (askPassword) {
      String uri = given.getOrDefault("uri", "");
      if (!uri.matches("[a-z]+://[^/:@]+@.*")) {
        throw new CliException(
            ExitCode.USAGE, "--ask-password wants a --uri with a user and no password");
      }
      String password =
          URLEncoder.encode(secrets.ask("The broker's password"), StandardCharsets.UTF_8)
              .replace("+", "%20");
      given.put("uri", uri.replaceFirst("@", ":" + password + "@"));
    }
    if (askToken) {
      String token = secrets.ask("The services' token");
      if (!BearerToken.isValid(token)) {
        throw new CliException(ExitCode.USAGE, "a token is " + BearerToken.RULE);
      }
      given.put("token", token);
    }
  }

  private void requireNew(Contexts contexts) {
    if (contexts.byName().containsKey(name) && !replace) {
      throw new CliException(
          ExitCode.USAGE, "there is a context '" + name + "' already; --replace writes over it");
    }
  }

  /** What was typed, by the option's name without dashes; a file's path from the root on. */
  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>();
    var parsed = Objects.requireNonNull(spec).commandLine().getParseResult();
    for (OptionSpec option : parsed.matchedOptions()) {
      String key = option.longestName().replaceFirst("^--", "");
      if (GlobalOptions.IN_CONTEXT.contains(key)) {
        String value = String.valueOf(option.<Object>getValue());
        given.put(
            key, option.type() == Path.class ? Path.of(value).toAbsolutePath().toString() : value);
      }
    }
    return given;
  }

  /** What would be refused later is refused now. */
  private void requireUsable() {
    try (var _ = global.services().orders();
        var _ = global.services().inventory();
        var _ = global.services().notifications()) {
      global.broker("orderflow-context");
    }
  }
}
