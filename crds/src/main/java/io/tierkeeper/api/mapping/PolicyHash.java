package io.tierkeeper.api.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Names the content of a policy, so that a decision can say by which rules it was taken. */
public final class PolicyHash {
  private static final ObjectMapper CANONICAL = JsonMapper.builder()
      .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
      .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
      .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
      .build();

  private PolicyHash() {}

  /**
   * {@code sha256:} and 64 hexadecimal digits, over the completed policy as JSON in UTF-8 with sorted keys, without
   * spaces or absent fields. Writing out a default does not change it; a number written differently does.
   */
  public static String of(@Nullable TierPolicySpec spec) {
    return "sha256:" + HexFormat.of().formatHex(sha256(canonicalJson(spec)));
  }

  /** The text that is hashed. */
  static String canonicalJson(@Nullable TierPolicySpec spec) {
    try {
      return CANONICAL.writeValueAsString(PolicyCompletion.complete(spec));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a policy that was read cannot be written", e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
