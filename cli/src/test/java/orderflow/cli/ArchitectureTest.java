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
 * The house as the design draws it. Each test compares with what is really there, so that a rule
 * about a package or a class that was renamed fails instead of passing for want of subjects.
 */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // The other module's tests come as a jar once it is packaged.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("orderflow");

  /** A room, and the only rooms that it may know. */
  @ParameterizedTest
  @CsvSource({
    "event,''",
    "http,''",
    "net,''",
    "tls,net",
    "messaging,event net tls",
    "store,''",
    "rabbit,''",
    "delivery,event messaging store",
    "service,delivery event http messaging store",
    "order,service delivery event http messaging store",
    "inventory,service delivery event http messaging store",
    "notification,service delivery event http messaging net store tls",
  })
  void importsRunOneWay(String room, String known) {
    Set<String> allowed = new TreeSet<>(Set.of(known.split(" ")));
    allowed.remove("");
    Set<String> used = roomsUsedBy(room);

    assertTrue(allowed.containsAll(used), room + " uses " + used + ", it may use " + allowed);
  }

  @Test
  void theRoomsOfTheCommandLineKnowEachOtherOneWay() {
    slices().matching("orderflow.cli.(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @ParameterizedTest
  @CsvSource({
    "messaging,event",
    "delivery,messaging",
    "service,delivery",
    "order,service",
    "cli,order",
  })
  void theRulesSeeTheImportsThatThereAre(String room, String used) {
    assertTrue(roomsUsedBy(room).contains(used), room + " uses " + roomsUsedBy(room));
  }

  @ParameterizedTest
  @CsvSource({
    "com.rabbitmq,orderflow.messaging",
    "java.sql,orderflow.store",
    "org.sqlite,orderflow.store",
    "io.helidon,orderflow.http orderflow.tls",
    "tlschannel,orderflow.http",
    "org.apache.qpid,orderflow.cli.embedded",
    "org.HdrHistogram,orderflow.cli.load",
    "org.jline,orderflow.cli.view",
    "jakarta.mail,orderflow.notification",
  })
  void aLibraryHasItsRooms(String library, String rooms) {
    Set<String> users =
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), library));

    assertFalse(users.isEmpty(), "nobody uses " + library);
    assertEquals(
        Set.of(),
        without(
            users,
            user -> Stream.of(rooms.split(" ")).anyMatch(room -> isIn(packageOf(user), room))));
  }

  @Test
  void onlyTheCommandLineKnowsItsParser() {
    Set<String> users =
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), "picocli"));

    assertTrue(users.contains("orderflow.cli.Orderflow"));
    assertEquals(
        Set.of(),
        without(
            users,
            user ->
                packageOf(user).equals("orderflow.cli")
                    || packageOf(user).equals("orderflow.cli.command")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orderflow.delivery.Batch",
        "orderflow.delivery.BatchConsumer",
        "orderflow.delivery.DeadLetterLog",
        "orderflow.delivery.Relay",
        "orderflow.delivery.Replay",
        "orderflow.delivery.MessageValidator",
        "orderflow.inventory.Reservation",
        "orderflow.order.OrderAcceptor",
        "orderflow.order.OrderBatchWriter",
      })
  void whatDecidesStartsNoThreadAndNeverWaits(String decision) {
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
        .check(HOUSE);
  }

  @Test
  void theRuleOnThreadsWouldSeeOne() {
    assertTrue(
        HOUSE.get("orderflow.delivery.Worker").getDirectDependenciesFromSelf().stream()
            .anyMatch(used -> used.getTargetClass().isEquivalentTo(Thread.class)));
  }

  @Test
  void onlyMainEndsTheProcess() {
    assertEquals(
        Set.of("orderflow.cli.Orderflow.main"),
        callers(call ->
            isCall(call, System.class, "exit")
                || isCall(call, Runtime.class, "exit")
                || isCall(call, Runtime.class, "halt")));
  }

  @Test
  void theEnvironmentIsReadOnceAndPassedIn() {
    assertEquals(
        Set.of("orderflow.cli.io.CliContext.ofProcess"),
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
  void nobodyLogsPastTheLogger() {
    Set<String> users =
        users(
            dependency -> isIn(dependency.getTargetClass().getPackageName(), "java.util.logging"));

    assertEquals(Set.of("orderflow.cli.io.Logging"), users, "which silences a library");
    assertFalse(
        users(dependency -> isIn(dependency.getTargetClass().getPackageName(), "org.slf4j"))
            .isEmpty());
  }

  @Test
  void everyPackageRefusesNullByDefault() {
    Set<String> packages =
        HOUSE.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> marked =
        HOUSE.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .filter(type -> type.isAnnotatedWith(NullMarked.class))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertTrue(packages.size() >= 15, () -> "rooms: " + packages);
    assertEquals(packages, marked);
  }

  /** The other rooms of {@code orderflow} that {@code room} and its inner rooms depend on. */
  private static Set<String> roomsUsedBy(String room) {
    List<JavaClass> inside =
        HOUSE.stream().filter(type -> room(type.getPackageName()).equals(room)).toList();
    assertFalse(inside.isEmpty(), "there is no room " + room);
    return inside.stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(used -> used.getTargetClass().getPackageName())
        .filter(used -> isIn(used, "orderflow"))
        .map(ArchitectureTest::room)
        .filter(used -> !used.equals(room))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String room(String packageName) {
    String[] parts = packageName.split("\\.", -1);
    return parts.length < 2 ? "" : parts[1];
  }

  private static Set<String> users(Predicate<Dependency> wanted) {
    return HOUSE.stream()
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .filter(wanted)
        .map(used -> outermost(used.getOriginClass()).getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> callers(Predicate<JavaAccess<?>> wanted) {
    return HOUSE.stream()
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
