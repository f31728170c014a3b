package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.Protocol.FenceState;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.content.CopyTable;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoveJournalTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  /** Every member that a journal may have. */
  private static final String ALL = """
      {"step": "QUIET", "attempt": 2, "deeds": 7, "startedAt": "2026-11-20T00:00:00Z",
       "stepStartedAt": "2026-11-20T01:00:00Z", "startSentAt": "2026-11-20T02:00:00Z",
       "activeSince": "2026-11-20T03:00:00Z", "baseline": "1:0/0",
       "verification": {"compared": 10, "missing": 1, "extra": 2, "different": 3, "resumeAfter": "5",
         "topKOverlap": 0.5, "verdict": "EQUAL"},
       "deletionBegun": true, "retainedUntil": "2026-11-20T04:00:00Z", "undo": true,
       "aborting": true, "abortReason": "AbortRequested", "abortMessage": "Aborted.",
       "quietSince": "2026-11-20T05:00:00Z", "copied": "10:0", "difference": 4,
       "fencedAt": "2026-11-20T06:00:00Z", "token": "{}", "notBefore": "2026-11-20T07:00:00Z",
       "total": 100, "taken": {"file": "s", "peer": "7", "bytes": 5, "points": 4, "sha256": "ab",
         "keepUntil": "2026-11-27T05:00:00Z"}, "transferProbed": true, "replicas": 3, "retained": "5:1",
       "retainedTable": "t", "copiesOnly": true, "stalledFor": "Refused", "interrupted": true,
       "copiedTable": "t", "left": "9:0", "leftTable": "u",
       "settings": {"verification": {"level": "CONTENT", "searchProbes": 3, "minTopKOverlap": 0.9},
         "settle": "PT1M10S", "retainSource": "PT24H", "deleteBatch": 1000, "replicationFactor": 2,
         "placement": "LEAST_LOADED", "demotion": {"strategy": "FENCE", "quietFor": "PT30S",
           "maxWait": "PT24H", "whenBusy": "GIVE_UP",
           "fence": {"by": "Token", "collection": "tokens", "point": "18446744073709551615"}},
         "moveDeadline": "PT10M",
         "snapshots": {"beforeDemotion": true, "beforeCleanup": true, "keepFor": "PT168H"}}}
      """;

  private static JsonNode parsed(String json) {
    try {
      return new JsonMapper().readTree(json);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Move move(Direction direction, MoveSettings settings) {
    return new Move(
        "m",
        "uid-1",
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TenantId.Kind.KEYWORD,
        TenantId.of("acme"),
        ShardKey.of("default"),
        direction,
        settings);
  }

  private static MoveSettings freezing() {
    return MoveFixtures.settings();
  }

  private static MoveSettings fencing() {
    Fence fence = new Fence.Webhook(URI.create("http://gate/"), Duration.ofSeconds(1));
    return freezing().withDemotion(MoveFixtures.fencing(freezing().demotion(), fence));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          PROMOTE | {"step": "AWAIT_ACTIVE"}                                                        | PROMOTING
          PROMOTE | {"step": "PLACE", "activeSince": "2026-11-20T03:00:00Z"}                        | DEDICATED
          PROMOTE | {"step": "DELETE_SOURCE", "deletionBegun": true}                                | DEDICATED
          PROMOTE | {"step": "COPY", "undo": true}                                                  | DEMOTING
          PROMOTE | {"step": "DELETE_DEDICATED", "undo": true, "deletionBegun": true}               | FALLBACK
          DEMOTE  | {"step": "THAW_COPY"}                                                           | DEMOTING
          DEMOTE  | {"step": "DELETE_DEDICATED", "deletionBegun": true}                             | FALLBACK
          """)
  void knowsTheTierThatTheTenantCountsFor(Direction direction, String stored, TierState tier) {
    assertThat(MoveJournal.fromJson(parsed(stored)).tier(direction)).isEqualTo(tier);
  }

  @Test
  void everyMemberOfTheStoredObjectIsKept() {
    JsonNode all = parsed(ALL);
    assertThat(all.size()).isEqualTo(34);
    assertThat(parsed(MoveJournal.fromJson(all).toJson().toString())).isEqualTo(all);
  }

  @Test
  void ignoresWhatALaterVersionAddsToTheSettings() {
    ObjectNode later = parsed(ALL).deepCopy();
    ((ObjectNode) later.get("settings")).put("ofALaterVersion", 1);
    ((ObjectNode) later.at("/settings/demotion")).put("ofALaterVersion", 1);
    ((ObjectNode) later.at("/settings/demotion/fence")).put("ofALaterVersion", 1);
    assertThat(MoveJournal.fromJson(later)).isEqualTo(MoveJournal.fromJson(parsed(ALL)));
  }

  @Test
  void readsBackTheJournalThatItWrote() {
    Move move = move(Direction.PROMOTE, freezing());
    MoveJournal journal = MoveJournal.initial()
        .assigned(move, false)
        .withEvidence(new CopyEvidence(null, new CopyTable().text()))
        .header(draft -> {
          draft.step(MoveStep.RETAIN);
          draft.attempt(2);
          draft.verification(new VerificationReport(10, 0, 0, 0, "", 1, Verdict.EQUAL));
        })
        .promotion(draft -> {
          draft.activeSince(NOW);
          draft.retainedUntil(NOW.plusSeconds(5));
        });
    ObjectNode stored = journal.toJson();
    assertThat(MoveJournal.fromJson(stored).assigned(move, false)).isEqualTo(journal);
    assertThat(stored.toString().length()).isLessThan(3_500);
    assertThat(MoveJournal.fromJson(stored.deepCopy().put("ofALaterVersion", "2:x")))
        .as("a field of a later version")
        .isEqualTo(MoveJournal.fromJson(stored));
    assertThat(MoveJournal.fromJson(stored.deepCopy().without(List.of("copiedTable")))
            .assigned(move, false))
        .as("written by an earlier version")
        .isEqualTo(journal.withEvidence(CopyEvidence.NONE));
    assertThat(MoveJournal.fromJson(MoveJournal.initial().toJson()))
        .isEqualTo(MoveJournal.initial());
  }

  @Test
  void aValueThatCannotBeReadIsReportedInWhateverMemberItIs() {
    parsed(ALL).fieldNames().forEachRemaining(member -> {
      ObjectNode broken = parsed(ALL).deepCopy();
      broken.putArray(member).addObject();
      assertThatThrownBy(() -> MoveJournal.fromJson(broken))
          .as(member)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("journal: cannot be read; allowed: what a move wrote: ");
    });
  }

  @Test
  void aPromotionHasNothingOfADemotion() {
    MoveJournal promotion =
        MoveJournal.fromJson(parsed(ALL)).assigned(move(Direction.PROMOTE, freezing()), false);
    assertThat(promotion.protocol()).isInstanceOf(Promotion.class);
    assertThat(promotion.toJson().has("fencedAt")).isFalse();
    assertThat(promotion.toJson().has("retainedUntil")).isTrue();
    assertThatThrownBy(() -> promotion.demotion(draft -> draft.difference(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("journal: is of a Promotion; required here: Demotion");
  }

  @Test
  void aDemotionTakesUpTheOtherStrategyWithAllThatItHasRecorded() {
    MoveJournal stored = MoveJournal.fromJson(parsed(ALL));
    MoveJournal fence = stored.assigned(move(Direction.DEMOTE, fencing()), false);
    MoveJournal freeze = fence.assigned(move(Direction.DEMOTE, freezing()), false);
    assertThat(freeze.protocol())
        .isEqualTo(new Protocol.Freeze(
            new DemotionState(
                false, Instant.parse("2026-11-20T05:00:00Z"), 4, true, 3, "5:1", "t", true),
            new FenceState(Instant.parse("2026-11-20T06:00:00Z"), "{}")));
    assertThat(freeze.assigned(move(Direction.DEMOTE, fencing()), false)).isEqualTo(fence);
    assertThat(freeze.toJson().has("retainedUntil")).isFalse();
  }

  @Test
  void anUndoBeginsAsADemotionThatKnowsNothingAlsoWhereOnlyItsTracesAreKnown() {
    Move move = move(Direction.PROMOTE, freezing());
    ObjectNode older = parsed(ALL).deepCopy();
    older.remove("undo");
    MoveJournal undo = MoveJournal.fromJson(older).assigned(move, true);
    assertThat(undo.undo()).isTrue();
    assertThat(undo.header().verification()).as("of the promotion").isNull();
    assertThat(undo.evidence()).isEqualTo(CopyEvidence.NONE);
    assertThat(undo.demotion().orElseThrow().source()).isEqualTo(new CopyEvidence("10:0", "t"));
    assertThat(undo.header().total()).isEqualTo(100);
    MoveJournal begun = undo.header(draft -> draft.startSentAt(NOW));
    assertThat(MoveJournal.fromJson(begun.toJson()).assigned(move, true)).isEqualTo(begun);
  }

  @Test
  void nothingHasBegunLaterThanNow() {
    Instant past = Instant.parse("2026-01-01T00:00:00Z");
    MoveJournal journal = MoveJournal.fromJson(parsed(ALL)).begunBy(past, freezing());
    assertThat(journal.header().startedAt()).isEqualTo(past);
    assertThat(journal.header().startSentAt()).isEqualTo(past);
    assertThat(journal.promotion().orElseThrow())
        .isEqualTo(new Promotion(
            past,
            "1:0/0",
            past.plus(freezing().retainSource()),
            past.plus(freezing().moveDeadline())));
    assertThat(journal.demotion().orElseThrow().quietSince()).isEqualTo(past);
    assertThat(journal.fence().orElseThrow().fencedAt()).isEqualTo(past);
  }
}
