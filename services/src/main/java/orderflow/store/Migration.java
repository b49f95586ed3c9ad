package orderflow.store;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import orderflow.store.StoreException.Kind;

/** Updates the tables of a database; refuses and leaves unchanged a file of another program. */
final class Migration {
  /** Marks a database as orderflow's; "orde" in ASCII. */
  private static final long APPLICATION_ID = 0x6f726465;

  private static final int MAX_NAMED = 5;

  private final Path file;
  private final Dialect dialect;
  private final Schema schema;
  private final Supplier<SqlSession> scratch;

  /**
   * @param scratch opens an empty database, to create the tables of an older version
   */
  Migration(Path file, Dialect dialect, Schema schema, Supplier<SqlSession> scratch) {
    this.file = file;
    this.dialect = dialect;
    this.schema = schema;
    this.scratch = scratch;
  }

  /**
   * Changes nothing.
   *
   * @throws StoreException when the file is not this service's, or was written by a newer version
   */
  void requireOwn(SqlSession session) {
    long application = number(session, "PRAGMA application_id");
    long version = number(session, dialect.versionQuery());
    Set<String> tables = tables(session);
    if (application != 0 && application != APPLICATION_ID) {
      throw refused("it is another program's SQLite database (application id " + application + ")");
    }
    if (application == APPLICATION_ID && version > schema.version()) {
      throw new StoreException(
          Kind.PERMANENT,
          "%s was written by a newer version (its format is %d, this version's is %d); run that"
                  .formatted(file, version, schema.version())
              + " version, or choose another --data-dir");
    }
    boolean known = version > 0 && version <= schema.version();
    Set<String> missing = known ? expectedTables(version) : new TreeSet<>();
    missing.removeAll(tables);
    if (application == APPLICATION_ID && !missing.isEmpty()) {
      throw refused("it is another service's database, without the tables " + named(missing));
    }
    boolean fresh = version == 0 && tables.isEmpty();
    if (!missing.isEmpty() || (!known && !fresh)) {
      throw refused("it is another program's SQLite database, with the tables " + named(tables));
    }
  }

  /** Runs the missing steps, each in its own transaction. */
  void run(SqlSession session) {
    if (number(session, "PRAGMA application_id") != APPLICATION_ID) {
      session.run("PRAGMA application_id = " + APPLICATION_ID);
    }
    long version = number(session, dialect.versionQuery());
    for (int step = (int) version; step < schema.version(); step++) {
      session.control(dialect.begin());
      schema.steps().get(step).forEach(session::run);
      session.run(dialect.setVersion(step + 1));
      session.control("COMMIT");
    }
  }

  private Set<String> expectedTables(long version) {
    SqlSession session = scratch.get();
    try {
      schema.steps().subList(0, (int) version).forEach(step -> step.forEach(session::run));
      return tables(session);
    } finally {
      session.close();
    }
  }

  private StoreException refused(String why) {
    return SqliteFiles.unusable(file, why, "move it away, or choose another --data-dir");
  }

  private static String named(Set<String> tables) {
    String names = String.join(", ", tables.stream().limit(MAX_NAMED).toList());
    return tables.size() > MAX_NAMED ? names + ", ..." : names;
  }

  private static Set<String> tables(SqlSession session) {
    return new TreeSet<>(
        session.query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
                + " ESCAPE '\\'",
            row -> row.text(1)));
  }

  private static long number(SqlSession session, String query) {
    return session.query(query, row -> row.number(1)).getFirst();
  }
}
