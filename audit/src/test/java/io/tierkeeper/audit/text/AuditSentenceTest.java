package io.tierkeeper.audit.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.PolicyRef;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.SampleTrail;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuditSentenceTest {

  private static final ResourceRef MOVE =
      new ResourceRef("TierMove", "data", "kb-acme-promote-7f3a", "u-2", 1);
  private static final String WAITING = "{\"reason\": \"PeersDisagree\", \"detail\": \"x\"}";

  static Stream<Arguments> sentences() {
    return Stream.of(
        Arguments.of(sample(AuditType.MEASUREMENT), "Measured: 2 tenants, 823,230 points"),
        Arguments.of(
            SampleTrail.full(1, "acme").data(), "Composition: Full, part 1 of 1, 2 tenants"),
        Arguments.of(
            sample(AuditType.DECISION),
            "Decision: Promote (ShareAbovePromote) Fallback -> Dedicated, share 0.1710, 151,022 points; not met: MaintenanceWindow"),
        Arguments.of(
            sample(AuditType.APPROVAL),
            "Approved: kb-acme-promote-7f3a by alice (Git), plan sha256:7f"),
        Arguments.of(
            approval("bob", "Authenticated"),
            "Approved: kb-acme-promote-7f3a by bob (TierMove, Authenticated), plan sha256:7f"),
        Arguments.of(
            move(MoveEvent.FAILED, "Copy", WAITING, Map.of()),
            "Move failed: kb-acme-promote-7f3a (Copy; PeersDisagree)"),
        Arguments.of(
            move(MoveEvent.STARTED, "Copy", "{\"reason\": \"1.2.3\"}", Map.of("points", 4459L)),
            "Move started: kb-acme-promote-7f3a (Copy; points 4,459)"),
        Arguments.of(
            move(MoveEvent.VERIFIED, null, null, Map.of("missing", 0L, "compared", 4462L)),
            "Move verified: kb-acme-promote-7f3a (compared 4,462, missing 0)"),
        Arguments.of(
            move(MoveEvent.FINISHED, null, null, Map.of()), "Move finished: kb-acme-promote-7f3a"),
        Arguments.of(
            SampleTrail.retention(1, "acme").data(),
            "Retention changed: kb-acme-promote-7f3a until 2026-11-21T00:50:00.123Z, before until 2026-11-22T00:50:00.123Z, by kubectl-patch"),
        Arguments.of(
            sample(AuditType.PAUSE),
            "Pause began: by sre until 2026-11-21T00:51:00.123Z: quarter close"),
        Arguments.of(provision("Done", null), "CreateCollection done: kb {}"),
        Arguments.of(
            provision("Failed", "Wrong input: size"),
            "CreateCollection failed: kb {}: Wrong input: size"),
        Arguments.of(sample(AuditType.POLICY), "Policy: standard, generation 3, mode Auto"),
        Arguments.of(sample(AuditType.FOREIGN_MOVER), "ForeignMover began: shard 3, peer 1 to 2"),
        Arguments.of(
            new CheckpointData(new CheckpointData.Checkpoint(18232, "sha256:4b", null, null)),
            "Checkpoint: 18,232 lines"),
        Arguments.of(
            new GapData(new GapData.Gap(GapData.Reason.CLOCK_JUMP, List.of(), null, null)),
            "Gap: ClockJump"),
        Arguments.of(
            EventJson.read(AuditType.APPROVAL, JsonNodeFactory.instance.objectNode()),
            "io.tierkeeper.approval.v1: data.object cannot be read: Missing required creator property 'object' (index 0)"));
  }

  private static ProvisionData provision(String event, @Nullable String answer) {
    return new ProvisionData(
        MOVE,
        new ProvisionData.Provision(
            "kb",
            "CreateCollection",
            Stream.of(ProvisionData.Event.values())
                .filter(each -> each.word().equals(event))
                .findFirst()
                .orElseThrow(),
            JsonNodeFactory.instance.objectNode(),
            answer));
  }

  @ParameterizedTest
  @MethodSource("sentences")
  void saysWhatHappened(EventData data, String sentence) {
    assertThat(AuditSentence.of(data)).isEqualTo(sentence);
  }

  @Test
  void hasACaseForEachType() {
    assertThat(sentences().map(each -> ((EventData) each.get()[0]).type()))
        .containsAll(EnumSet.allOf(AuditType.class));
  }

  @ParameterizedTest
  @CsvSource({"Intended, true", "Done, false", "Failed, false"})
  void callsThatAreAboutToBeSentAreDetails(String event, boolean detail) {
    assertThat(AuditSentence.isDetail(provision(event, null))).isEqualTo(detail);
  }

  @Test
  void cannotBeForged() {
    assertThat(AuditSentence.of(approval("eve\nGap: none\u202e\u001b[2J", "Claimed")))
        .contains(" by eve\\u000aGap: none\\u202e\\u001b[2J (TierMove, Claimed)");
  }

  @ParameterizedTest
  @EnumSource(MoveEvent.class)
  void stepsOfMovesAreDetails(MoveEvent event) {
    assertThat(AuditSentence.isDetail(move(event, "Copy", null, Map.of())))
        .isEqualTo(Set.of(MoveEvent.STEP_INTENDED, MoveEvent.STEP_DONE).contains(event));
  }

  @Test
  void eventsThatOthersSumUpAreDetails() {
    Set<AuditType> details = sentences()
        .map(each -> (EventData) each.get()[0])
        .filter(AuditSentence::isDetail)
        .map(EventData::type)
        .collect(Collectors.toSet());
    assertThat(details)
        .containsExactlyInAnyOrder(
            AuditType.MEASUREMENT, AuditType.COMPOSITION, AuditType.CHECKPOINT);
  }

  @Test
  void aPolicyInPiecesIsOneSentence() {
    ObjectNode spec = JsonNodeFactory.instance.objectNode().put("mode", "x".repeat(20_000));
    List<PolicyData> pieces =
        new PolicyData(MOVE, new PolicyRef("standard", 3, "sha256:0"), null, spec).inPieces();
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(pieces.stream().filter(piece -> !AuditSentence.isDetail(piece)))
        .singleElement()
        .satisfies(piece ->
            assertThat(AuditSentence.of(piece)).isEqualTo("Policy: standard, generation 3"));
  }

  @Test
  void theSubjectHasTheTenant() {
    assertThat(AuditSentence.tenant("tenant/a/b")).isEqualTo("a/b");
    assertThat(AuditSentence.tenant("collection/kb")).isEmpty();
  }

  private static EventData sample(AuditType type) {
    return IntStream.range(0, 7)
        .mapToObj(k -> SampleTrail.event(k).data())
        .filter(data -> data.type() == type)
        .findFirst()
        .orElseThrow();
  }

  private static EventData approval(String by, String identity) {
    return new ApprovalData(
        MOVE,
        new ApprovalData.Approval(
            "kb-acme-promote-7f3a", "sha256:7f", by, "TierMove", identity, null));
  }

  private static EventData move(
      MoveEvent event, @Nullable String step, @Nullable String answer, Map<String, Long> counts) {
    try {
      return MoveData.of(
          MOVE,
          "acme",
          "Promote",
          event,
          step,
          0,
          null,
          answer == null ? null : new ObjectMapper().readTree(answer),
          null,
          counts);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
