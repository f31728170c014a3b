package io.tierkeeper.audit.chain;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges what checkpoints say and who signed them, and counts the signatures. */
public final class SignatureCheck {

  public static final String CHECKPOINT = "io.tierkeeper.checkpoint.v1";

  /** What to make of a checkpoint without a signature, and of one that a key signed that is not known here. */
  public enum Strictness {
    /** Both pass and are counted: a writer that knows its own key only. */
    OWN_KEY,
    /** Only keys that were given may have signed; a checkpoint without signature passes and is counted. */
    GIVEN_KEYS,
    /** Each checkpoint must have been signed by a key that was given. */
    ALL_SIGNED
  }

  private final Map<String, AuditPublicKey> keys = new HashMap<>();
  private final Strictness strictness;
  private long verified;
  private long unchecked;
  private long unsigned;

  public SignatureCheck(Collection<AuditPublicKey> keys, Strictness strictness) {
    keys.forEach(key -> this.keys.put(key.id(), key));
    this.strictness = strictness;
  }

  /** Judges a checkpoint line that fits the chain. */
  public ChainPosition.@Nullable Misfit judge(LineScanner line) {
    if (line.checkpointSize() != line.sequence() - 1
        || !line.prevHash().equals(line.checkpointHead())) {
      return new ChainPosition.Misfit(
          AuditFault.Kind.CHANGED,
          "its checkpoint counts " + line.checkpointSize() + " lines and the head "
              + line.checkpointHead() + ", but before it are " + (line.sequence() - 1)
              + " lines and the head " + line.prevHash());
    }
    String sentence = judge(
        AuditCheckpoint.statement(
            line.source(), line.checkpointSize(), line.prevHash(), line.time()),
        line.keyId(),
        line.signature());
    return sentence == null
        ? null
        : new ChainPosition.Misfit(
            line.signature() == null ? AuditFault.Kind.UNSIGNED : AuditFault.Kind.FORGED, sentence);
  }

  /** What is wrong with the signature of a checkpoint that was kept elsewhere; null when nothing is, or it has none. */
  @Nullable
  public String judge(AuditCheckpoint checkpoint, String source) {
    CheckpointSignature signature = checkpoint.signature();
    return signature == null || keys.isEmpty()
        ? null
        : wrong(checkpoint.statement(source), signature.keyId(), signature.value());
  }

  private @Nullable String judge(
      byte[] statement, @Nullable String keyId, @Nullable String signature) {
    if (signature == null) {
      unsigned++;
      return strictness == Strictness.ALL_SIGNED ? "the checkpoint has no signature" : null;
    }
    boolean known = keyId != null && keys.containsKey(keyId);
    if (!known && (keys.isEmpty() || strictness == Strictness.OWN_KEY)) {
      unchecked++;
      return null;
    }
    String wrong = wrong(statement, keyId, signature);
    verified += wrong == null ? 1 : 0;
    return wrong;
  }

  private @Nullable String wrong(byte[] statement, @Nullable String keyId, String signature) {
    AuditPublicKey key = keyId == null ? null : keys.get(keyId);
    if (key == null) {
      return strictness == Strictness.OWN_KEY
          ? null
          : "signed by key " + keyId + ", which was not given: give its public key too, or it is"
              + " forged";
    }
    return key.signed(statement, signature)
        ? null
        : "the signature is not one of key " + keyId + " over this checkpoint";
  }

  public SignatureCounts counts() {
    return new SignatureCounts(verified, unchecked, unsigned);
  }
}
