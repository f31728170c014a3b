package io.tierkeeper.lab.swarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one agent's work on a problem, of limited size.
 *
 * @param problem a description
 * @param confidence in the outcome, 0 to 1
 * @param delta what changed, at most {@value #MAX_DELTA} characters
 * @param tags to filter by
 * @param at when the agent finished
 * @param agent name of the agent
 * @param ttl how long after {@code at} the packet is valid, above 0
 */
public record OutcomePacket(
    String problem,
    Outcome outcome,
    double confidence,
    String delta,
    List<String> tags,
    Instant at,
    String agent,
    Duration ttl) {

  /** Maximum size of a packet in JSON and UTF-8, in bytes. */
  public static final int MAX_BYTES = 512;

  /** Maximum length of {@code delta}, in characters. */
  public static final int MAX_DELTA = 200;

  static final String TAGS = "tags";
  static final String CONFIDENCE = "confidence";
  static final String EXPIRES = "expires";

  /** @throws IllegalArgumentException with the field, its value and what is allowed */
  public OutcomePacket {
    tags = List.copyOf(tags);
    if (problem.isBlank()) {
      throw refused("problem", "'" + problem + "'", "a description of the problem");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw refused("confidence", confidence, "a number from 0 to 1");
    }
    int characters = delta.codePointCount(0, delta.length());
    if (characters > MAX_DELTA) {
      throw refused("delta", characters + " characters long", "at most " + MAX_DELTA);
    }
    if (ttl.isNegative() || ttl.isZero()) {
      throw refused("ttl", ttl, "a duration above 0s");
    }
    if (agent.isBlank()) {
      throw refused("agent", "'" + agent + "'", "the name of the agent");
    }
    int size = json(problem, outcome, confidence, delta, tags, at, agent, ttl)
        .getBytes(StandardCharsets.UTF_8)
        .length;
    if (size > MAX_BYTES) {
      throw refused(
          "packet",
          size + " bytes long",
          "at most " + MAX_BYTES + " in JSON; shorten problem, delta or tags");
    }
  }

  private static IllegalArgumentException refused(String field, Object value, String allowed) {
    return new IllegalArgumentException(field + " is " + value + "; allowed is " + allowed);
  }

  /** The packet in JSON, at most {@value #MAX_BYTES} bytes. */
  public String json() {
    return json(problem, outcome, confidence, delta, tags, at, agent, ttl);
  }

  private static String json(
      String problem,
      Outcome outcome,
      double confidence,
      String delta,
      List<String> tags,
      Instant at,
      String agent,
      Duration ttl) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("problem", problem)
        .put("outcome", outcome.name())
        .put(CONFIDENCE, confidence)
        .put("delta", delta);
    node.putArray(TAGS);
    tags.forEach(tag -> node.withArray(TAGS).add(tag));
    return node.put("at", at.toString())
        .put("agent", agent)
        .put("ttl", ttl.toString())
        .toString();
  }

  /** When the packet expires. */
  public Instant expires() {
    return at.plus(ttl);
  }

  /** Whether the packet has expired. */
  public boolean expired(Instant now) {
    return !now.isBefore(expires());
  }

  /** The id of its point, a hash: the same packet has the same id. */
  public long id() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(json().getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() >>> 1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The packet as the payload of a point. */
  Map<String, Object> payload() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("problem", problem);
    fields.put("outcome", outcome.name());
    fields.put(CONFIDENCE, confidence);
    fields.put("delta", delta);
    fields.put(TAGS, new ArrayList<Object>(tags));
    fields.put("at", at.toString());
    fields.put("agent", agent);
    fields.put("ttl", ttl.toString());
    fields.put(EXPIRES, expires().toEpochMilli());
    return fields;
  }

  /**
   * Reads a packet from the payload of a point.
   *
   * @throws IllegalArgumentException when it is not a packet
   */
  static OutcomePacket of(Map<String, Object> fields) {
    return new OutcomePacket(
        text(fields, "problem"),
        Outcome.valueOf(text(fields, "outcome")),
        fields.get(CONFIDENCE) instanceof Number number ? number.doubleValue() : Double.NaN,
        text(fields, "delta"),
        fields.get(TAGS) instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of(),
        Instant.parse(text(fields, "at")),
        text(fields, "agent"),
        Duration.parse(text(fields, "ttl")));
  }

  private static String text(Map<String, Object> fields, String name) {
    if (!(fields.get(name) instanceof String text)) {
      throw refused(name, fields.get(name) == null ? "missing" : fields.get(name), "a text");
    }
    return text;
  }
}
