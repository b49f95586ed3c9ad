package orderflow.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.Slices;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The structure that the design asks for. Each rule first checks that its subject exists, so that a
 * rule about a renamed package or class fails instead of passing without a subject.
 */
class ArchitectureTest {
  private static final SliceAssignment EACH_PACKAGE =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
          return "each package of both modules";
        }
      };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // The other module's tests come as a jar once it is packaged.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("orderflow");

  /** A package, and the only packages that it may depend on. */
  @ParameterizedTest
  @CsvSource({
    "event,''",
    "failpoint,''",
    "http,net",
    "net,''",
    "tls,net",
    "messaging,event net tls",
    "store,''",
    "rabbit,net",
    "delivery,event failpoint messaging store",
    "service,delivery event http messaging store",
    "order,service delivery event failpoint http messaging store",
    "inventory,service delivery event http messaging store",
    "notification,service delivery event failpoint http messaging net store tls",
  })
  void importsRunOneWay(String name, String known) {
    Set<String> allowed = new TreeSet<>(Set.of(known.split(" ")));
    allowed.remove("");
    Set<String> used = packagesUsedBy(name);

    assertTrue(allowed.containsAll(used), name + " uses " + used + ", it may use " + allowed);
  }

  @Test
  void noPackagesDependOnEachOtherInACycle() {
    slices().assignedFrom(EACH_PACKAGE).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theRuleOnCyclesComparesEveryPackageIncludingTheRoot() {
    Set<String> compared = new TreeSet<>();
    Slices.assignedFrom(EACH_PACKAGE)
        .transform(CLASSES)
        .forEach(slice -> compared.add(slice.getNamePart(1)));

    assertTrue(compared.contains("orderflow.cli"), compared.toString());
    assertEquals(packagesOf(CLASSES.stream()), compared);
  }

  @ParameterizedTest
  @CsvSource({
    "messaging,event",
    "delivery,messaging",
    "service,delivery",
    "order,service",
    "cli,order",
  })
  void theRuleOnImportsSeesExistingOnes(String name, String used) {
    assertTrue(packagesUsedBy(name).contains(used), name + " uses " + packagesUsedBy(name));
  }

  @ParameterizedTest
  @CsvSource({
    "com.rabbitmq,orderflow.messaging",
    "java.sql,orderflow.store",
    "org.sqlite,orderflow.store",
    "org.eclipse.jetty,orderflow.http",
    "org.apache.qpid,orderflow.cli.embedded",
    "org.HdrHistogram,orderflow.cli.load",
    "org.jline,orderflow.cli.view",
    "jakarta.mail,orderflow.notification",
  })
  void onlyTheNamedPackagesUseALibrary(String library, String packages) {
    Set<String> users =
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), library));

    assertFalse(users.isEmpty(), "no class uses " + library);
    assertEquals(
        Set.of(),
        without(
            users,
            user -> Stream.of(packages.split(" ")).anyMatch(name -> isIn(packageOf(user), name))));
  }

  @Test
  void onlyCommandsAndOptionsUsePicocli() {
    Set<String> users =
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), "picocli"));

    assertTrue(users.contains("orderflow.cli.Orderflow"));
    assertEquals(
        Set.of(),
        without(
            users,
            user ->
                Set.of(
                        "orderflow.cli",
                        "orderflow.cli.command",
                        "orderflow.cli.completion",
                        "orderflow.cli.options")
                    .contains(packageOf(user))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orderflow.delivery.Batch",
        "orderflow.delivery.BatchConsumer",
        "orderflow.delivery.Relay",
        "orderflow.delivery.Replay",
        "orderflow.delivery.MessageValidator",
        "orderflow.inventory.Reservation",
        "orderflow.order.OrderAcceptor",
        "orderflow.order.OrderBatchWriter",
      })
  void decisionClassesStartNoThreadAndNeverWait(String decision) {
    noClasses()
        .that()
        .haveFullyQualifiedName(decision)
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..")
        .orShould()
        .callMethod(Object.class, "wait")
        .allowEmptyShould(false)
        .because("the same classes run under a simulation with crashes at every step")
        .check(CLASSES);
  }

  @Test
  void theRuleOnThreadsSeesAClassThatStartsOne() {
    assertTrue(
        CLASSES.get("orderflow.delivery.Worker").getDirectDependenciesFromSelf().stream()
            .anyMatch(used -> used.getTargetClass().isEquivalentTo(Thread.class)));
  }

  /** It would repeat their mistakes otherwise. */
  @Test
  void checkerSharesNothingWithTheServices() {
    Set<String> used =
        CLASSES.stream()
            .filter(type -> isIn(type.getPackageName(), "orderflow.cli.prove.check"))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(dependency -> dependency.getTargetClass().getPackageName())
            .filter(name -> isIn(name, "orderflow"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertTrue(used.contains("orderflow.cli.prove.history"), used::toString);
    assertEquals(
        Set.of(),
        without(
            used,
            Set.of("orderflow.cli.prove.check", "orderflow.cli.prove.history", "orderflow.cli.view")
                ::contains));
  }

  /** The history is written by one side and read by the other. */
  @Test
  void historyKnowsNeitherServicesNorClients() {
    Set<String> used =
        CLASSES.stream()
            .filter(type -> isIn(type.getPackageName(), "orderflow.cli.prove.history"))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(dependency -> dependency.getTargetClass().getPackageName())
            .filter(name -> isIn(name, "orderflow"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(
        Set.of("orderflow.cli.io", "orderflow.cli.prove.history"), used, "beside its own records");
  }

  @Test
  void servicesSleepOnlyWhereThereIsNothingToDo() {
    assertEquals(
        Set.of(
            "orderflow.delivery.TopologyKeeper.step",
            "orderflow.inventory.DelayedSubscription.poll", // fault injection
            "orderflow.messaging.RabbitPull.poll"),
        without(
            callers(call -> call.getName().equals("sleep")),
            caller -> caller.startsWith("orderflow.cli.")));
  }

  /** Or a failpoint, in the processes in which it is switched on. */
  @Test
  void onlyMainExitsTheProcess() {
    assertEquals(
        Set.of("orderflow.cli.Orderflow.main", "orderflow.failpoint.Failpoint$Switch.of"),
        callers(call ->
            isCall(call, System.class, "exit")
                || isCall(call, Runtime.class, "exit")
                || isCall(call, Runtime.class, "halt")));
  }

  /** A failpoint is a constant of its process, so that it costs nothing when it is off. */
  @Test
  void theEnvironmentIsReadOnceAndPassedIn() {
    assertEquals(
        Set.of("orderflow.cli.io.CliContext.ofProcess", "orderflow.failpoint.Failpoint.<clinit>"),
        callers(call -> isCall(call, System.class, "getenv")));
  }

  @Test
  void theClockIsPassedIn() {
    assertEquals(
        Set.of("orderflow.cli.io.CliContext.ofProcess"),
        callers(call ->
            (call.getTargetOwner().isEquivalentTo(java.time.Clock.class)
                    && (call.getName().startsWith("system") || call.getName().startsWith("tick")))
                || (call.getTargetOwner().getPackageName().equals("java.time")
                    && call.getName().equals("now"))
                || isCall(call, System.class, "currentTimeMillis")));
  }

  @Test
  void noClassUsesJavaUtilLogging() {
    Set<String> users =
        users(
            dependency -> isIn(dependency.getTargetClass().getPackageName(), "java.util.logging"));

    assertEquals(Set.of("orderflow.cli.io.Logging"), users, "it silences a library");
    assertFalse(
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), "org.slf4j"))
            .isEmpty());
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages = packagesOf(CLASSES.stream());
    Set<String> marked =
        packagesOf(
            CLASSES.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .filter(type -> type.isAnnotatedWith(NullMarked.class)));

    assertTrue(packages.size() >= 15, packages::toString);
    assertEquals(packages, marked);
  }

  /** The other packages that {@code name} and the packages under it depend on. */
  private static Set<String> packagesUsedBy(String name) {
    List<JavaClass> inside =
        CLASSES.stream().filter(type -> topLevel(type.getPackageName()).equals(name)).toList();
    assertFalse(inside.isEmpty(), "there is no package " + name);
    return inside.stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(used -> used.getTargetClass().getPackageName())
        .filter(used -> isIn(used, "orderflow"))
        .map(ArchitectureTest::topLevel)
        .filter(used -> !used.equals(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String topLevel(String packageName) {
    String[] parts = packageName.split("\\.", -1);
    return parts.length < 2 ? "" : parts[1];
  }

  private static Set<String> packagesOf(Stream<JavaClass> classes) {
    return classes.map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> users(Predicate<Dependency> wanted) {
    return CLASSES.stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(wanted)
        .map(used -> outermost(used.getOriginClass()).getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> callers(Predicate<JavaAccess<?>> wanted) {
    return CLASSES.stream()
        .flatMap(type ->
            Stream.concat(
                type.getAccessesFromSelf().stream(), type.getMethodReferencesFromSelf().stream()))
        .filter(wanted)
        .map(call -> call.getOriginOwner().getName() + "." + call.getOrigin().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isCall(JavaAccess<?> call, Class<?> owner, String method) {
    return call.getTargetOwner().isEquivalentTo(owner) && call.getName().equals(method);
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static Set<String> without(Set<String> names, Predicate<String> allowed) {
    return names.stream().filter(allowed.negate()).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  private static boolean isIn(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }
}
