package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TermPenalty;
import io.tierkeeper.governance.TierState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over an evaluation with all numbers that were computed, bit for bit.
 *
 * <p>The bytes are, with numbers big-endian and doubles as IEEE 754 bits: the text {@code tierkeeper.composition.v1} and a
 * line feed; the number of tenants (4 bytes); then for each tenant, in the order of the names' UTF-16 units, the name, its
 * tier state (1 byte: 0 Fallback, 1 Promoting, 2 Dedicated, 3 Demoting), its points (8 bytes), contribution, observed mass,
 * damped mass, alpha* and P(s) (8 bytes each), its measurements so far (4 bytes), the number of the policy's own penalty terms (4 bytes), and for each of
 * them in the policy's order its name, the tenant's value, whether the term knows it (1 byte, 1 or 0) and the penalty (8
 * bytes). A text is its length in bytes (4 bytes) and its UTF-8; no value is the length -1.
 */
final class CompositionDigest {

  private static final byte[] DOMAIN =
      "tierkeeper.composition.v1\n".getBytes(StandardCharsets.UTF_8);
  private static final int SHORT_TEXT = 1 << 12;

  /** The bytes of a tenant besides its texts. */
  private static final int NUMBERS = 1 + 6 * Long.BYTES + 2 * Integer.BYTES;

  private final MessageDigest digest = HashChain.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 13);

  private CompositionDigest() {}

  /**
   * The digest, {@code sha256:} and 64 hexadecimal digits.
   *
   * @param after the state after the evaluation, with the same tenants
   */
  static String of(Evaluation evaluation, RecordedComposition after) {
    return new CompositionDigest().digest(evaluation.regimes(), after.tenants());
  }

  private String digest(List<RegimeEvaluation> rows, List<RecordedComposition.Tenant> tenants) {
    buffer.put(DOMAIN).putInt(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      RegimeEvaluation row = rows.get(i);
      RecordedComposition.Tenant tenant = tenants.get(i);
      text(row.tenant());
      room(NUMBERS);
      buffer
          .put(code(row.state()))
          .putLong(tenant.points())
          .putDouble(row.contribution())
          .putDouble(row.observedMass())
          .putDouble(row.dampedMass())
          .putDouble(row.alphaStar())
          .putDouble(row.penalty().total())
          .putInt(tenant.samples())
          .putInt(row.penalty().terms().size());
      for (TermPenalty term : row.penalty().terms()) {
        text(term.name());
        text(term.value());
        room(Double.BYTES + 1);
        buffer.put((byte) (term.usable() ? 1 : 0)).putDouble(term.penalty());
      }
    }
    flush();
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  private static byte code(TierState state) {
    return switch (state) {
      case FALLBACK -> 0;
      case PROMOTING -> 1;
      case DEDICATED -> 2;
      case DEMOTING -> 3;
    };
  }

  private void text(@Nullable String text) {
    if (text == null) {
      room(Integer.BYTES);
      buffer.putInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES);
    buffer.putInt(bytes.length);
    if (bytes.length > SHORT_TEXT) {
      flush();
      digest.update(bytes);
    } else {
      room(bytes.length);
      buffer.put(bytes);
    }
  }

  private void room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }
}
