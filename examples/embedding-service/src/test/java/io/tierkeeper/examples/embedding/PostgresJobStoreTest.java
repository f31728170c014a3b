package io.tierkeeper.examples.embedding;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL, where it is installed. */
class PostgresJobStoreTest extends JobStoreContract {

  private static Optional<PostgresCluster> cluster = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    cluster = PostgresCluster.start();
    assumeTrue(
        cluster.isPresent(),
        "no PostgreSQL: install Debian's package postgresql, or put initdb and pg_ctl on PATH");
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster.isPresent()) {
      cluster.get().close();
    }
  }

  @Override
  Settings.DatabaseSettings database() throws Exception {
    return cluster.orElseThrow().database();
  }
}
