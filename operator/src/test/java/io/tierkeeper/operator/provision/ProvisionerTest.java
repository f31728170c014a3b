package io.tierkeeper.operator.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.NotLeadingException;
import io.tierkeeper.moves.act.LeaderGuard;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.provision.ProvisionStep.CreateShardKey;
import io.tierkeeper.operator.provision.ProvisionStep.CreateTenantIndex;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of line and call, and what a failure leaves. */
class ProvisionerTest {

  private static final List<ProvisionStep> STEPS = List.of(
      new CreateTenantIndex("group_id", TenantIndex.KEYWORD),
      new CreateShardKey(ShardKey.of("default"), 2));

  private final List<String> happened = new ArrayList<>();
  private @Nullable RuntimeException failure;
  private boolean full;

  private final QdrantWrites port = (QdrantWrites) Proxy.newProxyInstance(
      QdrantWrites.class.getClassLoader(),
      new Class<?>[] {QdrantWrites.class},
      (self, method, args) -> {
        happened.add(method.getName());
        if (failure != null) {
          throw failure;
        }
        return null;
      });

  private final AuditSink trail = new AuditSink() {
    @Override
    public AuditReceipt append(AuditEvent event, Durability durability) {
      if (full) {
        throw new AuditUnavailableException("no space", true, null);
      }
      ProvisionData.Provision call = ((ProvisionData) event.data()).provision();
      assertThat(durability).isEqualTo(Durability.BEFORE_MUTATION);
      happened.add(call.action() + " " + call.event().word());
      return new AuditReceipt(1, "", false);
    }

    @Override
    public void beginFilesWith(Beginning beginning) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void beginAgain() {
      throw new UnsupportedOperationException();
    }

    @Override
    public AuditHead head() {
      return AuditHead.EMPTY;
    }

    @Override
    public boolean healthy() {
      return !full;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }
  };

  private Optional<Finding> carryOut(Leadership leadership) {
    TieredCollection resource = new TieredCollection();
    resource.setMetadata(new ObjectMetaBuilder()
        .withNamespace("data")
        .withName("kb")
        .withUid("u")
        .build());
    return new Provisioner(LeaderGuard.of(port, leadership), trail, resource, Instant.EPOCH)
        .carryOut("knowledge_base", STEPS);
  }

  @Test
  void eachCallIsBetweenItsLines() {
    assertThat(carryOut(Leadership.always())).isEmpty();
    assertThat(happened)
        .containsExactly(
            "CreatePayloadIndex Intended",
            "createTenantIndex",
            "CreatePayloadIndex Done",
            "CreateShardKey Intended",
            "createShardKey",
            "CreateShardKey Done");
  }

  @Test
  void aRefusedCallEndsTheAttemptWithQdrantsWords() {
    failure = new QdrantException.Rejected("the field is no field", null);
    assertThat(carryOut(Leadership.always())).hasValueSatisfying(finding -> {
      assertThat(finding.reason()).isEqualTo(Reasons.PROVISION_REFUSED);
      assertThat(finding.message()).contains("CreatePayloadIndex", "the field is no field");
    });
    assertThat(happened)
        .containsExactly(
            "CreatePayloadIndex Intended", "createTenantIndex", "CreatePayloadIndex Failed");
  }

  @Test
  void aLostAnswerEndsTheAttemptAsIncomplete() {
    failure = new QdrantException.OutcomeUnknown("no answer", null);
    assertThat(carryOut(Leadership.always()))
        .hasValueSatisfying(
            finding -> assertThat(finding.reason()).isEqualTo(Reasons.PROVISION_INCOMPLETE));
  }

  @Test
  void withoutATrailNothingIsSent() {
    full = true;
    assertThatThrownBy(() -> carryOut(Leadership.always()))
        .isInstanceOf(AuditUnavailableException.class);
    assertThat(happened).isEmpty();
  }

  @Test
  void withoutLeadershipNothingIsSent() {
    assertThatThrownBy(() -> carryOut(() -> {
          throw new NotLeadingException("lost");
        }))
        .isInstanceOf(NotLeadingException.class);
    assertThat(happened).containsExactly("CreatePayloadIndex Intended");
  }
}
