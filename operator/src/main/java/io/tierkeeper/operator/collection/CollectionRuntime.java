package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.CollectionMemory;
import io.tierkeeper.evaluation.KeyCounts;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.evaluation.UnindexedCounts;
import io.tierkeeper.evaluation.history.EvaluationAudit.PauseSeen;
import io.tierkeeper.evaluation.history.TrailState;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is kept of one collection while this process leads; its lock lets one evaluation in at a time. */
public final class CollectionRuntime {

  /**
   * The last evaluation that was complete, from which a changed TenantTier is answered at once. Without its verdicts, which are most of
   * it where many tenants have a TenantTier.
   *
   * @param policyHash of the policy that it was made with
   * @param waitingFor what moves wait for; null for nothing
   */
  record Evaluated(
      CollectionGround ground,
      CollectionMemory memory,
      TenantId.Kind tenantIndex,
      String policyHash,
      @Nullable String waitingFor,
      MoveCosts costs) {}

  /**
   * What the last evaluation says about moving a tenant.
   *
   * @param advised null for staying where it is
   */
  public record Advice(long points, @Nullable Direction advised, DecisionReason reason) {}

  private final ReentrantLock evaluating = new ReentrantLock();
  private final Map<String, PauseSeen> pauses = new HashMap<>();
  private final KeyCounts keyCounts = new KeyCounts();
  private final UnindexedCounts unindexed = new UnindexedCounts();
  private final DiscoveryFailures discoveryFailures = new DiscoveryFailures();
  private @Nullable CollectionMemory memory;
  private @Nullable TrailState recorded;
  private volatile Map<TenantId, Advice> advice = Map.of();
  private volatile @Nullable Evaluated evaluated;
  private final AuditRetry auditRetry;
  private volatile @Nullable OpenTrail audit;
  private @Nullable MoveEngine engine;
  private @Nullable Connection engineConnection;
  private @Nullable String policyHash;
  private @Nullable String waitingFor;
  private @Nullable Instant unusableSince;

  CollectionRuntime(AuditRetry auditRetry) {
    this.auditRetry = auditRetry;
  }

  ReentrantLock evaluating() {
    return evaluating;
  }

  Map<String, PauseSeen> pauses() {
    return pauses;
  }

  @Nullable
  CollectionMemory memory() {
    return memory;
  }

  /** Counts that a measurement does not repeat. */
  KeyCounts keyCounts() {
    return keyCounts;
  }

  UnindexedCounts unindexed() {
    return unindexed;
  }

  DiscoveryFailures discoveryFailures() {
    return discoveryFailures;
  }

  void memory(@Nullable CollectionMemory value) {
    memory = value;
  }

  /** What the open trail has recorded; null before the first evaluation. */
  @Nullable
  TrailState recorded() {
    return recorded;
  }

  void recorded(TrailState value) {
    recorded = value;
  }

  /** Of the last evaluation since this process leads; null before the first, and for a tenant that it has no verdict about. */
  public @Nullable Advice advice(TenantId tenant) {
    return advice.get(tenant);
  }

  void judged(Map<TenantId, TenantVerdict> verdicts) {
    Map<TenantId, Advice> next = HashMap.newHashMap(verdicts.size());
    verdicts.forEach((tenant, verdict) -> next.put(
        tenant,
        new Advice(
            verdict.points(), verdict.decision().advised(), verdict.decision().reason())));
    advice = next;
  }

  /** Null before the first complete evaluation, and where the last one was not complete. */
  @Nullable
  Evaluated evaluated() {
    return evaluated;
  }

  void evaluated(@Nullable Evaluated value) {
    evaluated = value;
  }

  @Nullable
  String policyHash() {
    return policyHash;
  }

  void policyHash(String value) {
    policyHash = value;
  }

  @Nullable
  String waitingFor() {
    return waitingFor;
  }

  void waitingFor(@Nullable String value) {
    waitingFor = value;
  }

  /** The first evaluation of now that failed since the last one that did not; null where the last one did not fail. */
  @Nullable
  Instant unusableSince() {
    return unusableSince;
  }

  void unusableSince(@Nullable Instant value) {
    unusableSince = value;
  }

  /** The open trail; null before the first evaluation. */
  @Nullable
  OpenTrail audit() {
    return audit;
  }

  void audit(OpenTrail trail) {
    audit = trail;
  }

  AuditRetry auditRetry() {
    return auditRetry;
  }

  /** The engine for a connection, made anew when the connection is. */
  synchronized MoveEngine engine(
      Connection connection, java.util.function.Supplier<MoveEngine> maker) {
    MoveEngine current = engine;
    if (current == null || engineConnection != connection) {
      current = maker.get();
      engine = current;
      engineConnection = connection;
    }
    return current;
  }

  synchronized void close() {
    OpenTrail trail = audit;
    if (trail != null) {
      trail.close();
    }
  }
}
