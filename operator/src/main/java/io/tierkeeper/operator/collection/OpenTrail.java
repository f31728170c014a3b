package io.tierkeeper.operator.collection;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.operator.metrics.OperatorMeters;
import java.util.function.BiConsumer;

/** The trail of a collection while it is open: each append is timed. */
final class OpenTrail implements AuditSink {

  /** Discards what an evaluation would record, while no trail can be written. */
  static final AuditSink UNWRITABLE = new AuditSink() {
    @Override
    public AuditReceipt append(AuditEvent event, Durability durability) {
      return new AuditReceipt(0, HashChain.GENESIS, false);
    }

    @Override
    public void beginFilesWith(Beginning beginning) {
      // There is no file.
    }

    @Override
    public void beginAgain() {
      // There is no file.
    }

    @Override
    public AuditHead head() {
      return AuditHead.EMPTY;
    }

    @Override
    public boolean healthy() {
      return false;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  };

  private final JsonlAuditLog log;
  private final OperatorMeters meters;
  private final BiConsumer<AuditEvent, AuditReceipt> appended;

  /** @param appended receives each line that was not there before */
  OpenTrail(
      JsonlAuditLog log, OperatorMeters meters, BiConsumer<AuditEvent, AuditReceipt> appended) {
    this.log = log;
    this.meters = meters;
    this.appended = appended;
  }

  JsonlAuditLog log() {
    return log;
  }

  @Override
  public AuditReceipt append(AuditEvent event, Durability durability) {
    AuditReceipt receipt = meters.timedAppend(() -> log.append(event, durability));
    if (!receipt.alreadyPresent()) {
      appended.accept(event, receipt);
    }
    return receipt;
  }

  @Override
  public void beginFilesWith(Beginning beginning) {
    log.beginFilesWith(beginning);
  }

  @Override
  public void beginAgain() {
    log.beginAgain();
  }

  @Override
  public AuditHead head() {
    return log.head();
  }

  @Override
  public boolean healthy() {
    return log.healthy();
  }

  /**
   * Goes on after a failure; nothing where there was none.
   *
   * @throws AuditUnavailableException when it fails again, or a person has to look first
   */
  void reopen() {
    log.reopen();
  }

  @Override
  public void close() {
    log.close();
  }
}
