package io.tierkeeper.lab.swarm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of one agent's work on a problem, of limited size. The fields have the names of the QIS note in JSON and in
 * payloads.
 *
 * @param problemDescription in natural language; its vector is that of the packet
 * @param confidence in the outcome, 0 to 1
 * @param deltaSummary what changed, at most {@value #MAX_DELTA} characters
 * @param domainTags to filter by
 * @param timestamp when the agent finished, to the millisecond
 * @param agentId name of the agent
 * @param ttl how long after {@code timestamp} the packet is valid, in whole seconds
 */
public record OutcomePacket(
    String problemDescription,
    Outcome outcomeType,
    double confidence,
    String deltaSummary,
    List<String> domainTags,
    Instant timestamp,
    String agentId,
    Duration ttl) {

  /** Maximum size of a packet in JSON and UTF-8, in bytes. */
  public static final int MAX_BYTES = 512;

  /** Maximum length of {@code delta_summary}, in characters. */
  public static final int MAX_DELTA = 200;

  /** The ttl of packets that set none, as in the note. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(1);

  static final String PROBLEM_DESCRIPTION = "problem_description";
  static final String OUTCOME_TYPE = "outcome_type";
  static final String CONFIDENCE = "confidence";
  static final String DELTA_SUMMARY = "delta_summary";
  static final String DOMAIN_TAGS = "domain_tags";
  static final String TIMESTAMP = "timestamp";
  static final String AGENT_ID = "agent_id";
  static final String TTL = "ttl";

  /** Only in payloads: when the packet expires, in milliseconds since 1970, so that Qdrant can filter by it. */
  static final String EXPIRES = "expires";

  private static final double MILLIS = 1000;

  /** @throws IllegalArgumentException with the field, its value and what is allowed */
  public OutcomePacket {
    domainTags = List.copyOf(domainTags);
    timestamp = timestamp.truncatedTo(ChronoUnit.MILLIS);
    if (problemDescription.isBlank()) {
      throw refused(
          PROBLEM_DESCRIPTION, "'" + problemDescription + "'", "a description of the problem");
    }
    if (!(confidence >= 0 && confidence <= 1)) {
      throw refused(CONFIDENCE, confidence, "a number from 0 to 1");
    }
    int characters = deltaSummary.codePointCount(0, deltaSummary.length());
    if (characters > MAX_DELTA) {
      throw refused(DELTA_SUMMARY, characters + " characters long", "at most " + MAX_DELTA);
    }
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0
        || ttl.toSeconds() > Integer.MAX_VALUE
        || ttl.getNano() != 0) {
      throw refused(TTL, ttl, "whole seconds, 1 to " + Integer.MAX_VALUE);
    }
    if (agentId.isBlank()) {
      throw refused(AGENT_ID, "'" + agentId + "'", "the name of the agent");
    }
    int size = json(
            problemDescription,
            outcomeType,
            confidence,
            deltaSummary,
            domainTags,
            timestamp,
            agentId,
            ttl)
        .getBytes(StandardCharsets.UTF_8)
        .length;
    if (size > MAX_BYTES) {
      throw refused(
          "packet",
          size + " bytes long",
          "at most " + MAX_BYTES
              + " in JSON; shorten problem_description, delta_summary or domain_tags");
    }
  }

  private static IllegalArgumentException refused(String field, Object value, String allowed) {
    return new IllegalArgumentException(field + " is " + value + "; allowed is " + allowed);
  }

  /** The packet in JSON, at most {@value #MAX_BYTES} bytes. */
  public String json() {
    return json(
        problemDescription,
        outcomeType,
        confidence,
        deltaSummary,
        domainTags,
        timestamp,
        agentId,
        ttl);
  }

  /** The size of {@link #json} in UTF-8, in bytes. */
  public int bytes() {
    return json().getBytes(StandardCharsets.UTF_8).length;
  }

  private static String json(
      String problemDescription,
      Outcome outcomeType,
      double confidence,
      String deltaSummary,
      List<String> domainTags,
      Instant timestamp,
      String agentId,
      Duration ttl) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put(PROBLEM_DESCRIPTION, problemDescription)
        .put(OUTCOME_TYPE, outcomeType.word())
        .put(CONFIDENCE, confidence)
        .put(DELTA_SUMMARY, deltaSummary);
    ArrayNode tags = node.putArray(DOMAIN_TAGS);
    domainTags.forEach(tags::add);
    // Seconds as time.time() of Python has them; a double would be written with an exponent.
    return node.put(TIMESTAMP, BigDecimal.valueOf(timestamp.toEpochMilli(), 3))
        .put(AGENT_ID, agentId)
        .put(TTL, ttl.toSeconds())
        .toString();
  }

  /** When the packet expires. */
  public Instant expires() {
    return timestamp.plus(ttl);
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
    fields.put(PROBLEM_DESCRIPTION, problemDescription);
    fields.put(OUTCOME_TYPE, outcomeType.word());
    fields.put(CONFIDENCE, confidence);
    fields.put(DELTA_SUMMARY, deltaSummary);
    fields.put(DOMAIN_TAGS, new ArrayList<Object>(domainTags));
    fields.put(TIMESTAMP, timestamp.toEpochMilli() / MILLIS);
    fields.put(AGENT_ID, agentId);
    fields.put(TTL, ttl.toSeconds());
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
        text(fields, PROBLEM_DESCRIPTION),
        Outcome.named(text(fields, OUTCOME_TYPE)),
        number(fields, CONFIDENCE),
        text(fields, DELTA_SUMMARY),
        fields.get(DOMAIN_TAGS) instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of(),
        Instant.ofEpochMilli(Math.round(number(fields, TIMESTAMP) * MILLIS)),
        text(fields, AGENT_ID),
        Duration.ofSeconds((long) number(fields, TTL)));
  }

  private static String text(Map<String, Object> fields, String name) {
    if (!(fields.get(name) instanceof String text)) {
      throw refused(name, fields.get(name) == null ? "missing" : fields.get(name), "a text");
    }
    return text;
  }

  private static double number(Map<String, Object> fields, String name) {
    if (!(fields.get(name) instanceof Number number)) {
      throw refused(name, fields.get(name) == null ? "missing" : fields.get(name), "a number");
    }
    return number.doubleValue();
  }
}
