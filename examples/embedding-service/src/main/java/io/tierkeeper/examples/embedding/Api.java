package io.tierkeeper.examples.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.client.TenantClientException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints. Those with data of tenants have no parameter for the tenant: it is that of the token. */
final class Api {

  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .build();
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final int MAX_SEGMENTS = 5000;
  private static final int PROBE_SECONDS = 2;

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int INVALID = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int ABSENT = 404;
  private static final int CONFLICT = 409;
  private static final int ERROR = 500;
  private static final int UNAVAILABLE = 503;

  /** A status and a body to answer with. */
  private record Answer(int status, Map<String, ?> body) {}

  /** An endpoint with data of one tenant. */
  @FunctionalInterface
  private interface Endpoint {
    Answer answer(ServerRequest request, String tenant) throws SQLException;
  }

  private final TokenVerifier tokens;
  private final JobStore jobs;
  private final ModelChange change;
  private final Models models;
  private final SegmentIndex index;
  private final Chunker chunker;
  private final Database database;
  private final TenantClient client;
  private final Meters meters;
  private final Runnable wakeWorkers;

  Api(Service.Parts parts, Settings settings, Runnable wakeWorkers) {
    this.tokens = new TokenVerifier(settings.tokens());
    this.jobs = parts.jobs();
    this.change = parts.change();
    this.models = parts.models();
    this.index = parts.index();
    this.chunker = new Chunker(settings.chunks());
    this.database = parts.database();
    this.client = parts.client();
    this.meters = parts.meters();
    this.wakeWorkers = wakeWorkers;
  }

  void route(HttpRouting.Builder routing) {
    routing
        .post("/vectors/mock", (q, a) -> guarded("mock", q, a, (r, t) -> ingest(r, t, Kind.MOCK)))
        .post(
            "/vectors/embed", (q, a) -> guarded("embed", q, a, (r, t) -> ingest(r, t, Kind.EMBED)))
        .post("/vectors/search", (q, a) -> guarded("search", q, a, this::search))
        .get("/jobs/{id}", (q, a) -> guarded("jobs", q, a, this::job))
        .get("/healthz/live", (q, a) -> send(a, new Answer(OK, Map.of("live", true))))
        .get("/healthz/ready", (q, a) -> send(a, ready()))
        .get("/metrics", (q, a) -> metrics(a));
  }

  private Answer ingest(ServerRequest request, String tenant, Kind kind) throws SQLException {
    Requests.Ingest body = Requests.body(bytes(request), Requests.Ingest.class);
    String asset = Requests.name("asset", body.asset());
    String text = Requests.text("text", body.text(), Requests.MAX_TEXT);
    String key = request.headers().first(HeaderNames.create("Idempotency-Key")).orElse(null);
    if (key != null && !KEY.matcher(key).matches()) {
      throw new Requests.Invalid("Idempotency-Key is not 1 to 255 visible ASCII characters");
    }
    int segments = chunker.split(text).size();
    if (segments > MAX_SEGMENTS) {
      throw new Requests.Invalid(
          "text has " + segments + " segments, allowed: 1 to " + MAX_SEGMENTS);
    }
    JobStore.Accepted accepted =
        jobs.submit(new JobStore.Request(tenant, kind, asset, text, segments, key));
    if (accepted.created()) {
      wakeWorkers.run();
    }
    return new Answer(accepted.created() ? ACCEPTED : OK, shown(accepted.job()));
  }

  private Answer job(ServerRequest request, String tenant) throws SQLException {
    String id = request.path().pathParameters().get("id");
    UUID uuid;
    try {
      uuid = UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return absent(id);
    }
    return jobs.find(tenant, uuid)
        .map(job -> new Answer(OK, shown(job)))
        .orElseGet(() -> absent(id));
  }

  private static Answer absent(String id) {
    return error(ABSENT, "job " + id + " is not a job of this tenant");
  }

  private Answer search(ServerRequest request, String tenant) throws SQLException {
    Requests.Query body = Requests.body(bytes(request), Requests.Query.class);
    String text = Requests.text("text", body.text(), Requests.MAX_TEXT);
    int limit = body.limit() == null ? client.config().searchLimit() : body.limit();
    if (limit < 1 || limit > Requests.MAX_LIMIT) {
      throw new Requests.Invalid("limit is " + limit + ", allowed: 1 to " + Requests.MAX_LIMIT);
    }
    String serving = change.current().serving();
    String model = body.model() == null ? serving : body.model();
    if (!model.equals(serving) && !model.equals(Models.MOCK)) {
      throw new Requests.Invalid(
          "model is " + model + ", allowed: " + serving + ", " + Models.MOCK);
    }
    float[] vector = models.embedder(model).embed(List.of(text)).getFirst();
    return new Answer(
        OK,
        Map.of(
            "model",
            model,
            "found",
            meters.search(() -> index.search(tenant, model, vector, limit))));
  }

  private static Map<String, Object> shown(Job job) {
    Map<String, Object> shown = new HashMap<>();
    shown.put("job", job.id().toString());
    shown.put("kind", job.kind().text());
    shown.put("asset", job.asset());
    shown.put("state", job.state().text());
    shown.put("attempts", job.attempts());
    if (job.error() != null) {
      shown.put("error", job.error());
    }
    shown.put("points", SegmentIndex.ids(job));
    return shown;
  }

  /** Answers with the tenant of the token, or with why not. */
  private void guarded(
      String endpoint, ServerRequest request, ServerResponse response, Endpoint handler) {
    long began = System.nanoTime();
    Answer answer;
    try {
      String tenant =
          tokens.tenant(request.headers().first(HeaderNames.AUTHORIZATION).orElse(null));
      requireTenant(tenant);
      request.headers().forEach(header -> Requests.requireNoTenant(header.name()));
      if (!request.query().isEmpty()) {
        throw new Requests.Invalid("parameter "
            + request.query().names().iterator().next() + " is not allowed; allowed: none");
      }
      answer = handler.answer(request, tenant);
    } catch (TokenVerifier.Refused e) {
      response.header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      answer = error(UNAUTHORIZED, e.getMessage());
    } catch (Requests.Invalid e) {
      answer = error(INVALID, e.getMessage());
    } catch (JobStore.KeyReused e) {
      answer = error(CONFLICT, "Idempotency-Key was used for another request; use a new one");
    } catch (TokenVerifier.KeysUnavailable e) {
      LOG.warn(e.getMessage(), e);
      answer = error(UNAVAILABLE, e.getMessage());
    } catch (Embedder.EmbeddingException e) {
      answer = error(e.retryable() ? UNAVAILABLE : ERROR, e.getMessage());
    } catch (TenantClientException e) {
      answer = error(e.retryable() ? UNAVAILABLE : ERROR, "Qdrant: " + e.getMessage());
    } catch (SQLException e) {
      LOG.warn("the database does not answer", e);
      answer = error(UNAVAILABLE, "the database does not answer");
    }
    if (answer.status() == UNAVAILABLE) {
      response.header("Retry-After", "1");
    }
    meters.answered(endpoint, answer.status(), Duration.ofNanos(System.nanoTime() - began));
    send(response, answer);
  }

  /** Refuses what the client would refuse as a tenant, before anything is stored for it. */
  private void requireTenant(String tenant) {
    try {
      client.forTenant(tenant);
      Requests.text("tenant", tenant, Requests.MAX_NAME);
    } catch (TenantClientException.InvalidRequest | Requests.Invalid e) {
      throw new TokenVerifier.Refused(
          "token refused: no tenant can have this name: " + e.getMessage(), e);
    }
  }

  private Answer ready() {
    boolean databaseAnswers = database.isReachable();
    boolean qdrantAnswers;
    try {
      client.healthAsync().get(PROBE_SECONDS, TimeUnit.SECONDS);
      qdrantAnswers = true;
    } catch (ExecutionException | TimeoutException e) {
      qdrantAnswers = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      qdrantAnswers = false;
    }
    return new Answer(
        databaseAnswers && qdrantAnswers ? OK : UNAVAILABLE,
        Map.of("database", databaseAnswers, "qdrant", qdrantAnswers));
  }

  private void metrics(ServerResponse response) throws SQLException {
    meters.set(jobs.backlog());
    response.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.send(meters.registry().scrape());
  }

  private static Answer error(int status, @Nullable String message) {
    return new Answer(status, Map.of("error", String.valueOf(message)));
  }

  private static byte[] bytes(ServerRequest request) {
    return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
  }

  private static void send(ServerResponse response, Answer answer) {
    try {
      response.status(answer.status());
      response.header("Content-Type", "application/json");
      response.send(JSON.writeValueAsBytes(answer.body()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer is no JSON: " + answer, e);
    }
  }
}
