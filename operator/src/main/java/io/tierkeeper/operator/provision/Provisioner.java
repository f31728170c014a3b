package io.tierkeeper.operator.provision;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the calls of a {@link ProvisionDecision}, each recorded in the audit trail before it is sent and after it was answered.
 * A call that fails ends the attempt; the next evaluation looks again, so that a lost answer or the call of another operator does
 * no harm.
 */
public final class Provisioner {

  private final QdrantWrites port;
  private final AuditSink audit;
  private final TieredCollection resource;
  private final Instant now;

  /**
   * @param port verifies leadership before each mutating call
   * @param now tells the lines of this attempt from those of others
   */
  public Provisioner(QdrantWrites port, AuditSink audit, TieredCollection resource, Instant now) {
    this.port = port;
    this.audit = audit;
    this.resource = resource;
    this.now = now;
  }

  /**
   * Sends the calls in their order.
   *
   * @return what ended the attempt early; empty where all are done
   * @throws io.tierkeeper.audit.AuditUnavailableException where a call cannot be recorded; it is not sent then
   */
  public Optional<Finding> carryOut(String collection, List<ProvisionStep> steps) {
    for (int i = 0; i < steps.size(); i++) {
      ProvisionStep step = steps.get(i);
      record(collection, step, i, ProvisionData.Event.INTENDED, null);
      try {
        step.send(port, collection);
      } catch (QdrantException e) {
        record(collection, step, i, ProvisionData.Event.FAILED, String.valueOf(e.getMessage()));
        return Optional.of(finding(step, e));
      }
      record(collection, step, i, ProvisionData.Event.DONE, null);
    }
    return Optional.empty();
  }

  private static Finding finding(ProvisionStep step, QdrantException e) {
    boolean refused = e instanceof QdrantException.Rejected;
    return new Finding(
        refused ? Reasons.PROVISION_REFUSED : Reasons.PROVISION_INCOMPLETE,
        "spec.provision: " + step.action() + " "
            + (refused
                ? "was refused: " + e.getMessage() + "; correct spec.provision or Qdrant"
                : "failed: " + e.getMessage() + "; the operator looks again and continues"));
  }

  private void record(
      String collection,
      ProvisionStep step,
      int number,
      ProvisionData.Event event,
      @Nullable String answer) {
    String uid = resource.getMetadata().getUid();
    audit.append(
        new AuditEvent(
            AuditEvent.id(uid, "provision/" + number + "@" + now, 0, event.word()),
            "collection/" + resource.getMetadata().getName(),
            now,
            new ProvisionData(
                new ResourceRef(
                    "TieredCollection",
                    resource.getMetadata().getNamespace(),
                    resource.getMetadata().getName(),
                    uid,
                    Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L)),
                new ProvisionData.Provision(
                    collection, step.action(), event, step.request(), answer))),
        Durability.BEFORE_MUTATION);
  }
}
