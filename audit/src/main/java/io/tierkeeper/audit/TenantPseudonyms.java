package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Replaces tenant ids by {@code hmac-} and half of an HMAC-SHA-256: the same id gets the same pseudonym, and only who
 * has the key knows which.
 *
 * <p>Replaced are the subject, every member {@code tenant}, {@code tenants} and {@code dropped}, and in the free texts of a line
 * (names, requests, answers, reasons, paths) each occurrence of the subject's tenant that is not part of a longer word.
 */
public final class TenantPseudonyms {

  private static final int SHORTEST_KEY = 16;
  private static final String SUBJECT_PREFIX = "tenant/";
  private static final Set<String> WHOLE = Set.of("tenant", "tenants", "dropped");
  private static final Set<String> FREE_TEXT = Set.of(
      "name",
      "move",
      "item_id",
      "regime_path",
      "inputs_ref",
      "request",
      "answer",
      "note",
      "detail",
      "input",
      "waitingMoves");

  private final SecretKeySpec key;

  /**
   * @param key at least 16 bytes, from a Secret; whoever changes it breaks the connection with earlier lines
   */
  public TenantPseudonyms(byte[] key) {
    if (key.length < SHORTEST_KEY) {
      throw new IllegalArgumentException("audit.pseudonymise: the key has " + key.length
          + " bytes; allowed: " + SHORTEST_KEY + " and more");
    }
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /** The pseudonym of a tenant id, {@code hmac-} and 32 hexadecimal digits. */
  public String pseudonym(String tenant) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] code = mac.doFinal(tenant.getBytes(StandardCharsets.UTF_8));
      return "hmac-" + HexFormat.of().formatHex(code, 0, 16);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform must offer HmacSHA256", e);
    }
  }

  /** The subject of a line with the tenant's id replaced. */
  public String subject(String subject) {
    return subject.startsWith(SUBJECT_PREFIX)
        ? SUBJECT_PREFIX + pseudonym(subject.substring(SUBJECT_PREFIX.length()))
        : subject;
  }

  /** A copy of a payload with tenant ids replaced; the subject is the line's, before replacement. */
  public ObjectNode data(String subject, ObjectNode data) {
    String tenant =
        subject.startsWith(SUBJECT_PREFIX) ? subject.substring(SUBJECT_PREFIX.length()) : "";
    Replacement replacement = tenant.isEmpty()
        ? null
        : new Replacement(
            Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(tenant) + "(?![\\p{L}\\p{N}])"),
            Matcher.quoteReplacement(pseudonym(tenant)));
    return (ObjectNode) inside(data, replacement, false);
  }

  private record Replacement(Pattern tenant, String pseudonym) {
    String in(String text) {
      return tenant.matcher(text).replaceAll(pseudonym);
    }
  }

  private JsonNode inside(JsonNode value, @Nullable Replacement replacement, boolean free) {
    if (value instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object.properties().forEach(member -> {
        String name = member.getKey();
        String copyName = free && replacement != null ? replacement.in(name) : name;
        copy.set(
            copyName,
            WHOLE.contains(name)
                ? whole(member.getValue())
                : inside(member.getValue(), replacement, free || FREE_TEXT.contains(name)));
      });
      return copy;
    }
    if (value instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode(array.size());
      array.forEach(element -> copy.add(inside(element, replacement, free)));
      return copy;
    }
    return free && replacement != null && value.isTextual()
        ? TextNode.valueOf(replacement.in(value.textValue()))
        : value;
  }

  private JsonNode whole(JsonNode value) {
    if (value instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode(array.size());
      array.forEach(element -> copy.add(whole(element)));
      return copy;
    }
    return value.isValueNode() && !value.isNull()
        ? TextNode.valueOf(pseudonym(value.asText()))
        : value;
  }
}
