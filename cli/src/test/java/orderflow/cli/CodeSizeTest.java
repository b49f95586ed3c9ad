package orderflow.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** No file, class or method of the main code is too long to read; no test file is either. */
class CodeSizeTest {
  private static final int FILE_LINES = 350;
  private static final int TEST_FILE_LINES = 500;
  private static final int METHOD_LINES = 60;

  @Test
  void filesAreShort() throws IOException {
    assertEquals(List.of(), longerThan(FILE_LINES, sources("main")));
    assertEquals(List.of(), longerThan(TEST_FILE_LINES, sources("test")));
  }

  @Test
  void methodsAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var sources = files.getJavaFileObjectsFromPaths(sources("main"));
      var task = (JavacTask) compiler.getTask(null, files, null, List.of(), null, sources);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      int methods = 0;
      for (CompilationUnitTree file : task.parse()) {
        var scanner = new LongMethods(file, positions, found);
        scanner.scan(file, null);
        methods += scanner.methods;
      }
      assertTrue(methods > 1_000, "methods found: " + methods);
    }

    assertEquals(List.of(), found);
  }

  private static final class LongMethods extends TreePathScanner<Void, Void> {
    private final CompilationUnitTree file;
    private final SourcePositions positions;
    private final List<String> found;
    private int methods;

    LongMethods(CompilationUnitTree file, SourcePositions positions, List<String> found) {
      this.file = file;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      methods++;
      long lines =
          file.getLineMap().getLineNumber(positions.getEndPosition(file, method))
              - file.getLineMap().getLineNumber(positions.getStartPosition(file, method))
              + 1;
      if (lines > METHOD_LINES) {
        found.add(file.getSourceFile().getName() + " " + method.getName() + " " + lines);
      }
      super.visitMethod(method, null);
      return null;
    }
  }

  private static List<String> longerThan(int limit, List<Path> files) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > limit) {
        found.add(file.getFileName() + " " + lines);
      }
    }
    return found;
  }

  /** Tests run in their module's folder. */
  private static List<Path> sources(String kind) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("services", "cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", kind, "java"))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}
