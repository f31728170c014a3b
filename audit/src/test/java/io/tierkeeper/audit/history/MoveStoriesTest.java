package io.tierkeeper.audit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.audit.ResourceRef;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.file.AuditWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MoveStoriesTest {

  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

  private final MoveStories stories = new MoveStories(3, Instant.MIN, Instant.MAX, tenant -> true);
  private long sequence;

  private AuditLine line(EventData data) {
    sequence++;
    return new AuditLine(
        Path.of("trail.jsonl"),
        sequence,
        0,
        sequence,
        "id-" + sequence,
        "/namespaces/data/tieredcollections/kb",
        "tenant/acme",
        START.plusSeconds(sequence),
        "",
        new AuditWriter("0.1.0", "a", 1),
        false,
        data);
  }

  private void event(String move, String uid, MoveEvent event, String reason) {
    data(
        move,
        uid,
        event,
        null,
        JsonNodeFactory.instance.objectNode().put("reason", reason),
        Map.of());
  }

  private void call(MoveEvent event, ObjectNode request, @Nullable String result) {
    data(
        "m",
        "u",
        event,
        request,
        result == null ? null : JsonNodeFactory.instance.objectNode().put("result", result),
        Map.of());
  }

  private void data(
      String move,
      String uid,
      MoveEvent event,
      @Nullable ObjectNode request,
      @Nullable ObjectNode answer,
      Map<String, Long> counts) {
    stories.follow(line(MoveData.of(
        new ResourceRef("TierMove", "data", move, uid, 1),
        "acme",
        "Promote",
        event,
        "CreateKey",
        1,
        request,
        answer,
        Duration.ofMillis(5),
        counts)));
  }

  private static ObjectNode key(String call, String key) {
    return JsonNodeFactory.instance.objectNode().put("call", call).put("key", key);
  }

  private MoveStory only() {
    assertThat(stories.stories()).hasSize(1);
    return stories.stories().getFirst();
  }

  @Test
  void joinsACallAndItsResult() {
    event("m", "u", MoveEvent.STARTED, "0.1.0");
    call(MoveEvent.STEP_INTENDED, key("CreateKey", "a"), null);
    call(MoveEvent.STEP_DONE, key("CreateKey", "a"), "ok");
    call(MoveEvent.STEP_INTENDED, key("CreateKey", "b"), null);
    call(MoveEvent.STEP_DONE, key("CreateKey", "b"), "timeout");
    call(MoveEvent.STEP_INTENDED, key("DeleteKey", "a"), null);
    call(MoveEvent.STEP_DONE, key("DeleteKey", "a"), "ok");
    call(MoveEvent.STEP_INTENDED, key("DeleteKey", "b"), null);

    assertThat(only().calls())
        .extracting(MoveStory.Call::name, MoveStory.Call::details, MoveStory.Call::answer)
        .containsExactly(
            tuple("CreateKey", "key a", "ok"),
            tuple("CreateKey", "key b", "timeout"),
            tuple("DeleteKey", "key a", "ok"),
            tuple("DeleteKey", "key b", ""));
    assertThat(only().calls().getLast().done()).isNull();
    assertThat(only().failedCalls()).isEqualTo(1);
    assertThat(only().keysLeft()).as("in doubt a key is there").containsExactly("b");
    assertThat(only().outcome()).isEqualTo(MoveStory.Outcome.RUNNING);
    assertThat(only().took()).contains(Duration.ofSeconds(7));
  }

  @Test
  void followsAStalledMoveThatContinues() {
    event("m", "u", MoveEvent.STARTED, "0.1.0");
    event("m", "u", MoveEvent.FAILED, "VerificationDifference");
    assertThat(only().outcome()).isEqualTo(MoveStory.Outcome.STALLED);
    assertThat(only().reason()).isEqualTo("VerificationDifference");
    call(MoveEvent.STEP_INTENDED, key("CreateKey", "a"), null);
    assertThat(only().outcome()).isEqualTo(MoveStory.Outcome.RUNNING);
    event("m", "u", MoveEvent.ABORTED, "AbortRequested");
    event("m", "u", MoveEvent.CLEANED, "Deleted");
    assertThat(only().outcome()).isEqualTo(MoveStory.Outcome.ABORTED);
    assertThat(only().reason()).isEqualTo("AbortRequested");
  }

  @Test
  void keepsEachChangeOfTheRetentionAndWhoMadeIt() {
    Instant end = Instant.parse("2026-11-30T00:00:00Z");
    event("m", "u", MoveEvent.STARTED, "0.1.0");
    event("m", "u", MoveEvent.RETAINED, "Until " + end);
    stories.follow(line(retention(end, end.plusSeconds(60), "tierkeeper")));
    stories.follow(line(retention(end.plusSeconds(60), end, "kubectl-patch")));
    assertThat(only().retentions())
        .extracting(
            at -> at.data().formerEnd(), at -> at.data().end(), at -> at.data().by())
        .containsExactly(
            tuple(end, end.plusSeconds(60), "tierkeeper"),
            tuple(end.plusSeconds(60), end, "kubectl-patch"));
    assertThat(only().outcome()).isEqualTo(MoveStory.Outcome.RUNNING);
  }

  private static RetentionData retention(Instant former, Instant end, String by) {
    return new RetentionData(
        new ResourceRef("TierMove", "data", "m", "u", 2),
        new RetentionData.Retention("m", "acme", former, end, by));
  }

  @Test
  void tellsMovesOfTheSameNameApart() {
    event("m", "u", MoveEvent.STARTED, "0.1.0");
    event("m", "u", MoveEvent.FINISHED, "Promoted");
    stories.follow(line(new ApprovalData(
        new ResourceRef("TierMove", "data", "m", "v", 1),
        new ApprovalData.Approval("m", "sha256:1", "alice", "TierMove", "Authenticated", null))));
    event("m", "v", MoveEvent.STARTED, "0.1.0");

    List<MoveStory> both = stories.stories();
    assertThat(both)
        .extracting(MoveStory::outcome)
        .containsExactly(MoveStory.Outcome.SUCCEEDED, MoveStory.Outcome.RUNNING);
    assertThat(both.getFirst().approvals()).isEmpty();
    assertThat(both.getLast().approvals())
        .extracting(at -> at.data().by())
        .containsExactly("alice");
  }

  @Test
  void keepsTheLatestAndThoseThatHaveNotEnded() {
    event("open", "open", MoveEvent.STARTED, "0.1.0");
    for (int i = 0; i < 5; i++) {
      event("m" + i, "u" + i, MoveEvent.STARTED, "0.1.0");
      event("m" + i, "u" + i, MoveEvent.FINISHED, "Promoted");
    }
    event("open", "open", MoveEvent.FINISHED, "Promoted");

    assertThat(stories.stories()).extracting(MoveStory::name).containsExactly("open", "m3", "m4");
    assertThat(stories.omitted()).isEqualTo(3);
    assertThat(stories.count(MoveStory.Outcome.SUCCEEDED)).isEqualTo(6);
  }

  @Test
  void countsTheCallsOfAnEndlessMove() {
    for (int i = 0; i < MoveStory.MAX_CALLS + 10; i++) {
      call(MoveEvent.STEP_INTENDED, key("Copy", "k" + i), null);
      call(MoveEvent.STEP_DONE, key("Copy", "k" + i), "ok");
    }
    assertThat(only().calls())
        .hasSize(MoveStory.MAX_CALLS)
        .allSatisfy(call -> assertThat(call.answer()).isEqualTo("ok"));
    assertThat(only().omittedCalls()).isEqualTo(10);
  }
}
