package io.tierkeeper.examples.embedding;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.Shown;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An emulated Qdrant, a database in memory, and the parts of the service on them; each test drives the worker itself. */
final class Rig implements AutoCloseable {

  static final EmulatorOptions ONE_PEER =
      EmulatorOptions.defaults().withPeers(1).withConsensusLag(Duration.ofMillis(1));

  private static int databases;

  private final @Nullable EmulatedQdrant qdrant;
  private final Map<String, String> environment;
  private Failpoint failpoint = Failpoint.NONE;
  private Settings settings;
  private Service.Parts parts;

  private Rig(@Nullable EmulatedQdrant qdrant, Map<String, String> environment)
      throws SQLException {
    this.qdrant = qdrant;
    environment.put("DATABASE_URL", inMemory());
    environment.put("BACK_OFF_MILLIS", "1");
    this.environment = environment;
    this.settings = Settings.from(environment);
    this.parts = Service.Parts.open(settings, step -> failpoint.reached(step));
  }

  /** With these variables instead of the defaults, as name, value, name, value. */
  static Rig start(String... variables) throws SQLException {
    EmulatedQdrant qdrant = EmulatedQdrant.start(ONE_PEER);
    Map<String, String> environment =
        environment(qdrant.peers().getFirst().grpcEndpoint().toString());
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return new Rig(qdrant, environment);
  }

  /** On a Qdrant that is not emulated. */
  static Rig on(Map<String, String> environment) throws SQLException {
    return new Rig(null, environment);
  }

  /** The variables that have no default, with small chunks. */
  static Map<String, String> environment(String qdrant) {
    return new HashMap<>(Map.of(
        "QDRANT_URL", qdrant,
        "JWT_JWKS", "jwks.json",
        "JWT_ISSUER", "https://issuer.example",
        "JWT_AUDIENCE", "embedding-service",
        "CHUNK_SIZE", "50"));
  }

  /** A new database. */
  static synchronized String inMemory() {
    return "jdbc:h2:mem:jobs" + databases++
        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1";
  }

  EmulatedQdrant qdrant() {
    return Objects.requireNonNull(qdrant);
  }

  Service.Parts parts() {
    return parts;
  }

  Settings settings() {
    return settings;
  }

  /** Ends the process and starts one with another value of a variable. */
  void restart(String variable, String value) throws SQLException {
    parts.close();
    environment.put(variable, value);
    settings = Settings.from(environment);
    parts = Service.Parts.open(settings, step -> failpoint.reached(step));
  }

  /** What happens at each step from now on. */
  void at(Failpoint newFailpoint) {
    failpoint = newFailpoint;
  }

  Worker worker() {
    return new Worker(
        parts.jobs(),
        parts.change(),
        parts.models(),
        parts.index(),
        parts.meters(),
        settings,
        step -> failpoint.reached(step));
  }

  JobStore.Accepted submit(String tenant, Kind kind, String asset, String text)
      throws SQLException {
    int segments = new Chunker(settings.chunks()).split(text).size();
    return parts.jobs().submit(new JobStore.Request(tenant, kind, asset, text, segments, null));
  }

  /** Does all jobs that may run now. */
  void drain() throws SQLException {
    Worker worker = worker();
    while (worker.runOne()) {
      // One more.
    }
  }

  /** As if the time of all leases and back-offs had passed. */
  void letTimePass() throws SQLException {
    execute(
        "UPDATE outbox SET leased_until = CURRENT_TIMESTAMP - INTERVAL '1' HOUR WHERE leased_until IS NOT NULL");
    execute("UPDATE outbox SET available_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR");
  }

  void execute(String sql) throws SQLException {
    parts.database().transaction(tx -> tx.update(sql));
  }

  long count(String sql) throws SQLException {
    return parts.database().transaction(tx -> tx.one(sql, row -> row.getLong(1)));
  }

  Job job(JobStore.Accepted accepted) throws SQLException {
    return parts.jobs().find(accepted.job().tenant(), accepted.job().id()).orElseThrow();
  }

  /** The points of an asset in Qdrant, by id. */
  List<Point> points(String tenant, String source, String asset) {
    Filter filter = Filter.newBuilder()
        .addMust(ConditionFactory.matchKeyword("asset", asset))
        .addMust(ConditionFactory.matchKeyword("source", source))
        .build();
    try (Stream<Point> points =
        parts.client().forTenant(tenant).stream(filter, 100, Shown.PAYLOAD.andVectors())) {
      return points.toList();
    }
  }

  /** The assets of the results of a search by the model that searches use. */
  List<String> search(String tenant, String text) throws SQLException {
    String model = parts.change().current().serving();
    float[] vector = parts.models().embedder(model).embed(List.of(text)).getFirst();
    return parts.index().search(tenant, model, vector, 100).stream()
        .map(SegmentIndex.Found::asset)
        .distinct()
        .sorted()
        .toList();
  }

  /** A text of this many segments. */
  static String text(String word, int segments) {
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < segments; i++) {
      sentences.add(word + " sentence number " + i + " of a longer document.");
    }
    return String.join("\n\n", sentences);
  }

  @Override
  public void close() {
    parts.close();
    if (qdrant != null) {
      qdrant.close();
    }
  }
}
