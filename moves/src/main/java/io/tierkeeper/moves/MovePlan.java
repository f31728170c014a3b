package io.tierkeeper.moves;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a move will do and cost; exactly this is approved.
 *
 * @param points of the tenant
 * @param bytes to be copied, estimated
 * @param peers ids of the peers that will hold the dedicated key
 * @param newSegments segments that the move adds (promotion) or, negative, gives back
 * @param steps PascalCase, in order
 * @param policy name and generation, as {@code standard/3}
 * @param inputs what else the plan was made from, name to printed value
 */
public record MovePlan(
    String direction,
    String tenant,
    long points,
    long bytes,
    long estimatedSeconds,
    List<Long> peers,
    int newSegments,
    List<String> steps,
    String policy,
    SortedMap<String, String> inputs) {

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  public MovePlan {
    peers = List.copyOf(peers);
    steps = List.copyOf(steps);
    inputs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
  }

  /** The plan as the API shows it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("direction", direction).put("tenant", tenant);
    json.put("points", points).put("bytes", bytes).put("estimatedSeconds", estimatedSeconds);
    // Peer ids are 64-bit, beyond what JavaScript can read as a number.
    json.set(
        "peers",
        json.arrayNode()
            .addAll(peers.stream()
                .map(peer -> JsonNodeFactory.instance.textNode(Long.toUnsignedString(peer)))
                .toList()));
    json.put("newSegments", newSegments);
    steps.forEach(json.putArray("steps")::add);
    json.put("policy", policy);
    ObjectNode named = json.putObject("inputs");
    inputs.forEach(named::put);
    return json;
  }

  /** {@code sha256:} and the hash over {@link #toJson} with sorted members. */
  public String hash() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(SORTED.writeValueAsBytes(toJson()));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every plan has a JSON form", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** For humans: what the move costs. */
  public String costLine() {
    return "%,d points, about %,d bytes, about %d s, %+d segments"
        .formatted(points, bytes, estimatedSeconds, newSegments);
  }

  /**
   * What has changed between this plan, which was approved, and one made now.
   *
   * @param tolerance allowed relative change of points, as 0.2 for a fifth
   * @return the sentence that ends the move as Expired; empty where the plan still holds
   */
  public Optional<String> driftFrom(MovePlan current, double tolerance) {
    if (!direction.equals(current.direction) || !tenant.equals(current.tenant)) {
      return Optional.of("the plan was to " + direction + " " + tenant + " and would now be to "
          + current.direction + " " + current.tenant);
    }
    double allowed = tolerance * Math.max(1, points);
    if (Math.abs(current.points - points) > allowed) {
      return Optional.of(
          "the plan was made for %,d points and there are now %,d; allowed: a change of %.0f %%"
              .formatted(points, current.points, tolerance * 100));
    }
    if (!peers.equals(current.peers)) {
      return Optional.of(
          "the plan was made for peers " + peers + " and would now use " + current.peers);
    }
    if (!steps.equals(current.steps)) {
      return Optional.of(
          "the plan had the steps " + steps + " and would now have " + current.steps);
    }
    if (!policy.equals(current.policy)) {
      return Optional.of("the plan was made under policy " + policy + " and policy "
          + current.policy + " is now in force");
    }
    for (Map.Entry<String, String> input : inputs.entrySet()) {
      String now = current.inputs.get(input.getKey());
      if (!input.getValue().equals(now)) {
        return Optional.of("the plan was made with " + input.getKey() + " " + input.getValue()
            + " and it is now " + (now == null ? "not known" : now));
      }
    }
    return Optional.empty();
  }
}
