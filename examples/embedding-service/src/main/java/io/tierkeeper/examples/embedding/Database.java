package io.tierkeeper.examples.embedding;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connections, transactions and the schema: PostgreSQL, or H2 in its PostgreSQL mode. */
final class Database implements AutoCloseable {

  /** The scripts in {@code db/}, in their order; one that has run is never changed. */
  private static final List<String> MIGRATIONS = List.of("V1__outbox.sql");

  /** Unique violation, serialization failure, deadlock (PostgreSQL, H2): another transaction was first. */
  private static final Set<String> REPEATED = Set.of("23505", "40001", "40P01", "90131");

  private static final int MAX_TRIES = 5;
  private static final long MIGRATION_LOCK = 0x74696572;
  private static final int VALID_SECONDS = 2;
  private static final long TIMEOUT_MILLIS = 5000;

  /** What a transaction does. It may run more than once, so it changes the database only. */
  @FunctionalInterface
  interface Work<T extends @Nullable Object> {
    T run(Tx tx) throws SQLException;
  }

  /** Reads a row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Statements of one transaction. */
  record Tx(Connection connection) {

    /** Returns the number of rows that it has changed. */
    int update(String sql, @Nullable Object... values) throws SQLException {
      try (PreparedStatement statement = prepare(sql, values)) {
        return statement.executeUpdate();
      }
    }

    <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
      try (PreparedStatement statement = prepare(sql, values);
          ResultSet rows = statement.executeQuery()) {
        List<T> all = new ArrayList<>();
        while (rows.next()) {
          all.add(row.read(rows));
        }
        return all;
      }
    }

    /** The first row, which must be there. */
    <T> T one(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
      return list(sql, row, values).getFirst();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    }
  }

  private final HikariDataSource source;

  private Database(HikariDataSource source) {
    this.source = source;
  }

  /** Connects, and creates what the schema lacks. */
  static Database open(Settings.DatabaseSettings settings) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setAutoCommit(false);
    config.setMaximumPoolSize(settings.connections());
    config.setConnectionTimeout(TIMEOUT_MILLIS);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    Database database = new Database(new HikariDataSource(config));
    try {
      database.migrate();
    } catch (SQLException e) {
      database.close();
      throw e;
    }
    return database;
  }

  /** Runs a transaction, once more where another one was first. An exception rolls it back: Hikari does so when it takes back a connection. */
  <T extends @Nullable Object> T transaction(Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = source.getConnection()) {
        T result = work.run(new Tx(connection));
        connection.commit();
        return result;
      } catch (SQLException e) {
        if (attempt == MAX_TRIES
            || e.getSQLState() == null
            || !REPEATED.contains(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  /** Whether the database answers. */
  boolean isReachable() {
    try (Connection connection = source.getConnection()) {
      return connection.isValid(VALID_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  private void migrate() throws SQLException {
    transaction(tx -> {
      if (tx.connection().getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
        // Several replicas may start at once. H2 is embedded in one process.
        tx.list("SELECT pg_advisory_xact_lock(?)", row -> true, MIGRATION_LOCK);
      }
      tx.update("CREATE TABLE IF NOT EXISTS migration (name VARCHAR(100) PRIMARY KEY)");
      List<String> done = tx.list("SELECT name FROM migration", row -> row.getString(1));
      for (String name : MIGRATIONS) {
        if (!done.contains(name)) {
          for (String statement : script(name)) {
            tx.update(statement);
          }
          tx.update("INSERT INTO migration (name) VALUES (?)", name);
        }
      }
      return done;
    });
  }

  private static List<String> script(String name) {
    try (InputStream in = Database.class.getResourceAsStream("/db/" + name)) {
      if (in == null) {
        throw new IllegalStateException("db/" + name + " is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      // No statement has a semicolon in a literal, and no comment has one.
      return List.of(text.strip().split(";\\s*"));
    } catch (IOException e) {
      throw new IllegalStateException("db/" + name + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
