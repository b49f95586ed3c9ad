package orderflow.cli.prove.variants;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import orderflow.cli.prove.variants.Variant.Change;

/** Compiles the changed classes of a variant against the class path of this process. */
final class VariantCompiler {
  /** Tests run in their module's folder. */
  private static final Path SOURCES = Path.of("../services/src/main/java/orderflow");

  private static final Path SOURCES_FROM_ROOT = Path.of("services/src/main/java/orderflow");

  private VariantCompiler() {}

  /**
   * Compiles the changed files of {@code variant} to {@code folder}.
   *
   * @throws IllegalStateException when a change does not fit its file, or does not compile
   */
  static void compile(Variant variant, Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var messages = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-parameters",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    List<Source> sources =
        changed(variant).entrySet().stream()
            .map(each -> new Source(each.getKey(), each.getValue()))
            .toList();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      if (!compiler.getTask(messages, files, null, options, null, sources).call()) {
        throw new IllegalStateException(
            "the variant %s does not compile:%n%s".formatted(variant.name(), messages));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The changed source by file. */
  private static Map<String, String> changed(Variant variant) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Change change : variant.changes()) {
      String source = sources.computeIfAbsent(change.file(), VariantCompiler::source);
      sources.put(change.file(), apply(variant.name(), change, source));
    }
    return sources;
  }

  private static String source(String file) {
    Path folder = Files.isDirectory(SOURCES) ? SOURCES : SOURCES_FROM_ROOT;
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String apply(String name, Change change, String source) {
    Pattern from =
        Pattern.compile(
            change.from().stream().map(Pattern::quote).collect(Collectors.joining("\\s*\\n\\s*")));
    Matcher matcher = from.matcher(source);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "the variant %s no longer fits %s: %s is not there"
              .formatted(name, change.file(), change.from()));
    }
    String result =
        source.substring(0, matcher.start())
            + String.join("\n", change.to())
            + source.substring(matcher.end());
    if (matcher.find()) {
      throw new IllegalStateException(
          "the variant %s fits %s twice: %s".formatted(name, change.file(), change.from()));
    }
    return result;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String file, String text) {
      super(URI.create("string:///orderflow/" + file), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
