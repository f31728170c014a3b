package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The service as its callers see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Meant to be taken for another tenant. */
  private static final List<String> HOSTILE = List.of(
      "acme ",
      " acme",
      "Acme",
      "acme\u200b",
      "ａｃｍｅ",
      "acme\u0301",
      "acme/other",
      "acme,other",
      "*",
      "%",
      "default",
      "null",
      "acme' OR '1'='1",
      "{\"match\":{\"any\":[\"acme\"]}}",
      "../acme",
      "😀");

  /** That no tenant can have. */
  private static final List<String> IMPOSSIBLE =
      List.of("", "tierkeeper/x", "acme\u0000", "x".repeat(300), " ");

  private record Reply(int status, JsonNode body, HttpResponse<String> whole) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private EmulatedQdrant qdrant;
  private Service service;
  private ECKey key;
  private RSAKey rsa;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    Path jwks = directory.resolve("jwks.json");
    Files.writeString(jwks, new JWKSet(List.of(key.toPublicJWK(), rsa.toPublicJWK())).toString());
    qdrant = EmulatedQdrant.start(Rig.ONE_PEER);
    Map<String, String> environment =
        Rig.environment(qdrant.peers().getFirst().grpcEndpoint().toString());
    environment.put("DATABASE_URL", Rig.inMemory());
    environment.put("LISTEN_ADDRESS", "127.0.0.1:0");
    environment.put("JWT_JWKS", jwks.toString());
    service = Service.start(Settings.from(environment));
  }

  @AfterAll
  void stop() {
    service.close();
    qdrant.close();
  }

  private static JWTClaimsSet.Builder claims(@Nullable Object tenant) {
    return new JWTClaimsSet.Builder()
        .issuer("https://issuer.example")
        .audience("embedding-service")
        .claim("org_id", tenant)
        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
  }

  private static String signed(
      JWSAlgorithm algorithm, String keyId, JWSSigner signer, JWTClaimsSet claims)
      throws Exception {
    SignedJWT token = new SignedJWT(
        new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(keyId).build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private String token(JWTClaimsSet claims) throws Exception {
    return signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(key), claims);
  }

  private String tokenOf(String tenant) throws Exception {
    return token(claims(tenant).build());
  }

  private Reply call(
      String method, String path, @Nullable String token, @Nullable String body, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + service.port() + path))
        .method(
            method,
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean json =
        response.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
    return new Reply(
        response.statusCode(), json ? JSON.readTree(response.body()) : JSON.nullNode(), response);
  }

  private static String ingest(String asset, String text) throws Exception {
    return JSON.writeValueAsString(Map.of("asset", asset, "text", text));
  }

  private JsonNode stored(String path, String token, String asset, String text) throws Exception {
    Reply reply = call("POST", path, token, ingest(asset, text));
    assertThat(reply.status()).as(reply.whole().body()).isIn(200, 202);
    String id = reply.body().get("job").asText();
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> call("GET", "/jobs/" + id, token, null).body(),
            job -> job.get("state").asText().equals("Succeeded"));
  }

  private JsonNode found(String token, String text) throws Exception {
    Reply reply =
        call("POST", "/vectors/search", token, JSON.writeValueAsString(Map.of("text", text)));
    assertThat(reply.status()).as(reply.whole().body()).isEqualTo(200);
    return reply.body().get("found");
  }

  @Test
  void storesAndFinds() throws Exception {
    String token = tokenOf("walk");
    JsonNode job = stored("/vectors/embed", token, "doc", Rig.text("fish", 2));
    assertThat(job.get("points")).hasSize(2);
    assertThat(job.get("points").get(1).asText())
        .isEqualTo(SegmentIndex.id("walk", "embed", "doc", 1).toString());
    JsonNode found = found(token, "fish sentence number 1");
    assertThat(found).hasSize(2);
    assertThat(found.get(0).get("asset").asText()).isEqualTo("doc");
    assertThat(found.get(0).get("segment").asInt()).isEqualTo(1);
    assertThat(found.get(0).get("id")).isEqualTo(job.get("points").get(1));

    Reply again = call("POST", "/vectors/embed", token, ingest("doc", Rig.text("fish", 2)));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(job);

    stored("/vectors/mock", token, "doc", "birds");
    Reply mock = call(
        "POST", "/vectors/search", token, "{\"text\":\"birds\",\"model\":\"mock\",\"limit\":5}");
    assertThat(mock.body().get("found")).hasSize(1);
    assertThat(mock.body().get("found").get(0).get("text").asText()).isEqualTo("birds");
  }

  @Test
  void theSameIdempotencyKeyGetsTheSameJob() throws Exception {
    String token = tokenOf("keys");
    Reply first = call("POST", "/vectors/embed", token, ingest("a", "1"), "Idempotency-Key", "k1");
    assertThat(first.status()).isEqualTo(202);
    Reply again = call("POST", "/vectors/embed", token, ingest("a", "1"), "Idempotency-Key", "k1");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body().get("job")).isEqualTo(first.body().get("job"));
    assertThat(again.body().get("points")).isEqualTo(first.body().get("points"));
    Reply other = call("POST", "/vectors/embed", token, ingest("a", "2"), "Idempotency-Key", "k1");
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.body().get("error").asText()).contains("Idempotency-Key");
  }

  @Test
  void noTenantReachesTheDataOfAnother() throws Exception {
    Map<String, String> secrets = new LinkedHashMap<>();
    Map<String, JsonNode> jobs = new HashMap<>();
    List<String> tenants = new java.util.ArrayList<>(HOSTILE);
    tenants.add("acme");
    tenants.add("other");
    for (String tenant : tenants) {
      // One asset name for all, and a word that every text has.
      secrets.put(tenant, "secret " + UUID.randomUUID());
      jobs.put(tenant, stored("/vectors/embed", tokenOf(tenant), "same name", secrets.get(tenant)));
    }
    for (String tenant : tenants) {
      String token = tokenOf(tenant);
      JsonNode found = found(token, "secret");
      assertThat(found).as("tenant %s", tenant).hasSize(1);
      assertThat(found.get(0).get("text").asText()).isEqualTo(secrets.get(tenant));
      for (String other : tenants) {
        Reply job = call(
            "GET",
            "/jobs/" + Objects.requireNonNull(jobs.get(other)).get("job").asText(),
            token,
            null);
        assertThat(job.status())
            .as("tenant %s asks for a job of %s", tenant, other)
            .isEqualTo(tenant.equals(other) ? 200 : 404);
      }
    }
    assertThat(jobs.values().stream().map(job -> job.get("points")).distinct())
        .hasSameSizeAs(tenants);
    for (String tenant : IMPOSSIBLE) {
      refused(tokenOf(tenant), "token refused");
    }
  }

  private void refused(@Nullable String token, String why) throws Exception {
    for (String path : List.of("/vectors/mock", "/vectors/embed", "/vectors/search")) {
      Reply reply = call("POST", path, token, "{\"text\":\"x\"}");
      assertThat(reply.status()).as("%s %s", path, why).isEqualTo(401);
      assertThat(reply.body().get("error").asText()).contains(why).doesNotContain("\n");
      assertThat(reply.whole().headers().firstValue("WWW-Authenticate")).isPresent();
    }
    assertThat(call("GET", "/jobs/" + UUID.randomUUID(), token, null).status()).isEqualTo(401);
  }

  @Test
  void aTokenThatIsNotRightIsRefused() throws Exception {
    JWTClaimsSet right = claims("acme").build();
    refused(null, "no token");
    refused("", "no token");
    refused("rubbish", "token refused");
    refused(new PlainJWT(right).serialize(), "token refused");
    refused(
        signed(JWSAlgorithm.HS256, "rsa", new MACSigner(rsa.toPublicJWK().toJSONString()), right),
        "token refused");
    refused(
        signed(
            JWSAlgorithm.ES256,
            "ec",
            new ECDSASigner(new ECKeyGenerator(Curve.P_256).keyID("ec").generate()),
            right),
        "Invalid signature");
    refused(
        signed(
            JWSAlgorithm.ES256,
            "unknown",
            new ECDSASigner(new ECKeyGenerator(Curve.P_256).keyID("unknown").generate()),
            right),
        "token refused");
    refused(signed(JWSAlgorithm.PS256, "rsa", new RSASSASigner(rsa), right), "token refused");
    refused(token(claims("acme").audience("another").build()), "aud");
    refused(token(claims("acme").audience((String) null).build()), "aud");
    refused(token(claims("acme").issuer("https://another.example").build()), "iss");
    refused(
        token(claims("acme")
            .expirationTime(Date.from(Instant.now().minusSeconds(120)))
            .build()),
        "Expired");
    refused(token(claims("acme").expirationTime(null).build()), "exp");
    refused(
        token(claims("acme")
            .notBeforeTime(Date.from(Instant.now().plusSeconds(120)))
            .build()),
        "before");
    refused(token(claims(null).build()), "org_id");
    refused(token(claims(7).build()), "org_id is not a text");
    refused(token(claims(List.of("acme", "other")).build()), "org_id is not a text");

    String[] parts = tokenOf("acme").split("\\.", -1);
    String other = Base64URL.encode(claims("other").build().toString()).toString();
    refused(parts[0] + "." + other + "." + parts[2], "Invalid signature");
    refused(parts[0] + "." + parts[1] + ".", "token refused");
    assertThat(call(
                "POST",
                "/vectors/search",
                signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa), right),
                "{\"text\":\"x\"}")
            .status())
        .as("RS256 is allowed")
        .isEqualTo(200);
  }

  @Test
  void aTenantOutsideOfTheTokenIsRefused() throws Exception {
    String token = tokenOf("acme");
    for (String field : List.of("tenant", "org_id", "tenant_id", "group_id", "organization")) {
      Reply reply = call(
          "POST",
          "/vectors/embed",
          token,
          "{\"asset\":\"a\",\"text\":\"x\",\"" + field + "\":\"other\"}");
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.body().get("error").asText())
          .contains("field " + field)
          .contains("the tenant comes from the token only");
    }
    for (String header :
        List.of("X-Tenant", "X-Tenant-Id", "X-Org-Id", "Tenant", "X-Scope-OrgID")) {
      Reply reply = call("POST", "/vectors/search", token, "{\"text\":\"x\"}", header, "other");
      assertThat(reply.status()).as(header).isEqualTo(400);
      assertThat(reply.body().get("error").asText()).containsIgnoringCase("header " + header);
    }
    Reply parameter = call("POST", "/vectors/search?tenant=other", token, "{\"text\":\"x\"}");
    assertThat(parameter.status()).isEqualTo(400);
    assertThat(parameter.body().get("error").asText()).contains("parameter tenant");
  }

  @Test
  void aWrongRequestIsRefusedWithTheField() throws Exception {
    String token = tokenOf("acme");
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("", "the body");
    wrong.put("null", "the body");
    wrong.put("[]", "the body");
    wrong.put("{\"asset\":\"a\",\"text\":\"x\"} {}", "the body");
    wrong.put("{\"asset\":\"a\",\"asset\":\"b\",\"text\":\"x\"}", "asset");
    wrong.put("{\"asset\":\"a\"}", "text is missing");
    wrong.put("{\"text\":\"x\"}", "asset is missing");
    wrong.put("{\"asset\":7,\"text\":\"x\"}", "the body");
    wrong.put("{\"asset\":\"a\",\"text\":\" \"}", "text is missing or blank");
    wrong.put("{\"asset\":\"a\\u0000\",\"text\":\"x\"}", "asset has");
    wrong.put("{\"asset\":\"a\\n\",\"text\":\"x\"}", "asset has a control character");
    wrong.put("{\"asset\":\"a\",\"text\":\"\\ud800\"}", "text has");
    wrong.put("{\"asset\":\"" + "a".repeat(256) + "\",\"text\":\"x\"}", "asset has 256");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      Reply reply = call("POST", "/vectors/embed", token, each.getKey());
      assertThat(reply.status()).as(each.getKey()).isEqualTo(400);
      assertThat(reply.body().get("error").asText()).contains(each.getValue()).doesNotContain("\n");
    }
    assertThat(call("POST", "/vectors/search", token, "{\"text\":\"x\",\"limit\":0}")
            .body()
            .get("error")
            .asText())
        .isEqualTo("limit is 0, allowed: 1 to 100");
    assertThat(call("POST", "/vectors/search", token, "{\"text\":\"x\",\"model\":\"b\"}")
            .body()
            .get("error")
            .asText())
        .isEqualTo("model is b, allowed: hash-a, mock");
    assertThat(call("GET", "/jobs/1", token, null).status()).isEqualTo(404);
    assertThat(statusOfBody(token, 9_000_000)).startsWith("HTTP/1.1 413");
  }

  /** The answer to a request of which the server sees the length only, since it closes the connection before a body ends. */
  private String statusOfBody(String token, int bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
      socket
          .getOutputStream()
          .write(("POST /vectors/embed HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                  + token + "\r\nContent-Length: " + bytes + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @Test
  void probesAndMetrics() throws Exception {
    stored("/vectors/embed", tokenOf("metrics"), "a", "text");
    found(tokenOf("metrics"), "text");
    assertThat(call("GET", "/healthz/live", null, null).status()).isEqualTo(200);
    Reply ready = call("GET", "/healthz/ready", null, null);
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.body().toString()).contains("\"database\":true", "\"qdrant\":true");
    String metrics = call("GET", "/metrics", null, null).whole().body();
    assertThat(metrics)
        .contains(
            "embedding_jobs{state=\"Succeeded\"}",
            "embedding_jobs{state=\"Queued\"}",
            "embedding_queue_age_seconds",
            "embedding_backfill_assets",
            "embedding_embed_seconds_count{model=\"hash-a\",outcome=\"ok\"}",
            "embedding_upsert_seconds_sum{outcome=\"ok\"}",
            "embedding_search_seconds_max{outcome=\"ok\"}",
            "embedding_requests_seconds_count{endpoint=\"embed\",status=\"202\"}",
            "tierkeeper_client_calls_seconds_count")
        .doesNotContain("acme", "metrics\"");
  }

  @Test
  void isNotReadyWithoutQdrant() throws Exception {
    EmulatedQdrant ends = EmulatedQdrant.start(Rig.ONE_PEER);
    Map<String, String> environment =
        Rig.environment(ends.peers().getFirst().grpcEndpoint().toString());
    environment.put("DATABASE_URL", Rig.inMemory());
    environment.put("LISTEN_ADDRESS", "127.0.0.1:0");
    Path jwks = Files.createTempFile("jwks", ".json");
    Files.writeString(jwks, "{\"keys\":[]}");
    environment.put("JWT_JWKS", jwks.toString());
    try (Service other = Service.start(Settings.from(environment))) {
      ends.close();
      HttpResponse<String> ready = http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + other.port() + "/healthz/ready"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("\"qdrant\":false", "\"database\":true");
    } finally {
      Files.delete(jwks);
    }
  }
}
