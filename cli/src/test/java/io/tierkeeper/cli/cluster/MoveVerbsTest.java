package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.cli.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that act on a TierMove: approve, reject, abort, undo, retry. */
@NullUnmarked
class MoveVerbsTest {

  @TempDir
  Path directory;

  private VerbWorld world;
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void start() {
    world = new VerbWorld(directory);
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Promote", "");
  }

  private Prompt answering(boolean yes) {
    return new Prompt() {
      @Override
      public boolean interactive() {
        return true;
      }

      @Override
      public boolean yes(String question) {
        asked.add(question);
        return yes;
      }
    };
  }

  @Test
  void approveShowsThePlanAsksWithItsHashAndApprovesInTheNameOfTheUser() {
    world.promotion("AwaitingApproval", "");
    ApproveCommand verb = new ApproveCommand();
    verb.prompt = answering(true);
    VerbWorld.Ran ran = world.run(verb, "acme");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(asked).containsExactly("Approve plan " + VerbWorld.HASH + "?");
    assertThat(ran.out())
        .startsWith("Promote tenant acme of collection kb")
        .contains("\n  hash      " + VerbWorld.HASH + "\n")
        .endsWith("TierMove kb-acme-promote-7f3a approved by embedded-admin: " + VerbWorld.HASH
            + ". Follow it with: tierkeeper status kb --watch\n");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().approved()).isTrue();
    assertThat(world.move("kb-acme-promote-7f3a").getMetadata().getAnnotations())
        .containsEntry("tierkeeper.io/approved-by", "embedded-admin");
  }

  @Test
  void approveChangesNothingWhereTheAnswerIsNo() {
    world.promotion("AwaitingApproval", "");
    ApproveCommand verb = new ApproveCommand();
    verb.prompt = answering(false);
    VerbWorld.Ran ran = world.run(verb, "acme");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("Nothing was changed.\n");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().approved()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"approve", "reject", "abort"})
  void noVerbThatAsksGuessesTheAnswerWithoutATerminal(String verb) {
    world.promotion("AwaitingApproval", "");
    VerbWorld.Ran ran = world.run(verb, "acme");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err())
        .contains("there is no terminal to ask")
        .contains("--yes")
        .hasLineCount(1);
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().approved()).isFalse();
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().abort()).isFalse();
  }

  @Test
  void approveRefusesAnotherPlanThanTheOneThatAScriptMeans() {
    world.promotion("AwaitingApproval", "");
    String other = VerbWorld.HASH.replace('7', '8');
    VerbWorld.Ran ran = world.run("approve", "acme", "--yes", "--plan-hash", other);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("has the plan " + VerbWorld.HASH + ", not " + other);
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().approved()).isFalse();
    assertThat(
            world.run("approve", "acme", "--yes", "--plan-hash", VerbWorld.HASH).code())
        .isZero();
  }

  @Test
  void approveSaysWhyThereIsNothingToApprove() {
    VerbWorld.Ran none = world.run("approve", "acme", "--yes");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("has no move that is planned or in progress");
    world.promotion("Copying", """
        startedAt: "2026-11-21T00:00:00Z"
        approval: {by: alice, door: Field, at: "2026-11-20T23:00:00Z"}
        """);
    assertThat(world.run("approve", "acme", "--yes").err())
        .contains("was approved already, by alice at 2026-11-20T23:00:00Z; it is in phase Copying");
  }

  @Test
  void aProgramGetsTheChangedObjectAndNothingElse() throws Exception {
    world.promotion("AwaitingApproval", "");
    VerbWorld.Ran ran = world.run("approve", "acme", "--yes", "-o", "json");
    assertThat(new ObjectMapper().readTree(ran.out()).at("/spec/approved").asBoolean())
        .isTrue();
    assertThat(ran.err()).startsWith("Promote tenant acme");
  }

  @Test
  void rejectAbortsAPlanThatHasNotBegunAndSaysWhenItComesBack() {
    world.promotion("AwaitingApproval", "");
    VerbWorld.Ran ran = world.run("reject", "acme", "--yes");
    assertThat(ran.out())
        .endsWith(
            "TierMove kb-acme-promote-7f3a rejected: " + VerbWorld.HASH
                + ". The policy may advise it again after 12h (cooldown.afterAbort). Keep the tenant where it is with: tierkeeper demote acme\n");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().abort()).isTrue();
  }

  @Test
  void rejectPointsToAbortForAMoveThatHasBegun() {
    world.promotion("Copying", "startedAt: \"2026-11-21T00:00:00Z\"");
    assertThat(world.run("reject", "acme", "--yes").err())
        .contains("has begun (phase Copying); stop it with: tierkeeper abort kb-acme-promote-7f3a");
    assertThat(world.run("abort", "acme", "--yes").code()).isZero();
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().abort()).isTrue();
    assertThat(world.run("abort", "acme", "--yes").err()).contains("is being aborted already");
  }

  @Test
  void abortDoesNotPromiseToStopADeletion() {
    world.promotion("CleaningUp", "startedAt: \"2026-11-21T00:00:00Z\"");
    assertThat(world.run("abort", "acme", "--yes").err())
        .contains("deletes its verified source already and runs to its end");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().abort()).isFalse();
  }

  @Test
  void undoPinsTheTenantToTheFallbackWhileTheOldCopyIsRetained() {
    world.promotion("Retaining", """
        startedAt: "2026-11-21T00:00:00Z"
        undo: {possible: true, until: "2026-11-22T00:00:00Z", how: kubectl}
        """);
    VerbWorld.Ran ran = world.run("undo", "acme", "--yes");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("  undo      possible until 2026-11-22T00:00:00Z")
        .contains("Follow the policy again afterwards with: tierkeeper unpin acme");
    assertThat(world.tenant("kb-acme").getSpec().tier()).hasToString("Fallback");
  }

  @Test
  void undoIsForARetainedPromotionOnly() {
    world.promotion("Copying", "startedAt: \"2026-11-21T00:00:00Z\"");
    assertThat(world.run("undo", "acme", "--yes").err())
        .contains(
            "is in phase Copying and cannot be undone; stop it with: tierkeeper abort kb-acme-promote-7f3a");
  }

  @Test
  void aMoveThatHasEndedIsNotChanged() {
    world.promotion("Succeeded", "finishedAt: \"2026-11-21T00:00:00Z\"");
    for (String verb : List.of("approve", "reject", "abort")) {
      assertThat(world.run(verb, "kb-acme-promote-7f3a", "--yes").err())
          .contains("TierMove kb-acme-promote-7f3a has ended (Succeeded)");
    }
    assertThat(world.run("undo", "kb-acme-promote-7f3a", "--yes").err())
        .contains("it has ended (Succeeded); move the tenant back with: tierkeeper demote acme");
  }

  @Test
  void retryAsksForTheNextStepOfAMoveElseForAnEvaluation() {
    assertThat(world.run("retry", "acme").out())
        .startsWith("TenantTier kb-acme is evaluated again now.");
    assertThat(world.tenant("kb-acme").getMetadata().getAnnotations())
        .containsKey("tierkeeper.io/requestedAt");
    assertThat(world.run("retry", "kb").out())
        .startsWith("TieredCollection kb is evaluated again now.");
    assertThat(world.collection().getMetadata().getAnnotations())
        .containsKey("tierkeeper.io/requestedAt");
    world.promotion("Verifying", """
        startedAt: "2026-11-21T00:00:00Z"
        conditions:
        - {type: Stalled, status: "True", reason: VerificationDifference, message: Points differ., lastTransitionTime: "2026-11-21T00:00:00Z"}
        """);
    assertThat(world.run("retry", "acme").out())
        .startsWith("TierMove kb-acme-promote-7f3a tries its step again now.");
    assertThat(world.move("kb-acme-promote-7f3a").getMetadata().getAnnotations())
        .containsKey("tierkeeper.io/requestedAt");
  }

  @Test
  void retainExtendsOrEndsTheRetentionOfAPromotion() {
    world.promotion("Retaining", """
        startedAt: "2026-11-21T00:00:00Z"
        undo: {possible: true, until: "2026-11-22T00:00:00Z", how: kubectl}
        """);
    RetainCommand verb = new RetainCommand();
    verb.clock = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00.5Z"));
    assertThat(world.run(verb, "acme", "--extend", "24h").out())
        .startsWith(
            "TierMove kb-acme-promote-7f3a retains the old copy until 2026-11-23T00:00:00Z, instead of 2026-11-22T00:00:00Z.");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().retainUntil())
        .isEqualTo("2026-11-23T00:00:00Z");
    assertThat(world.run("retain", "acme", "--extend", "24h").out())
        .contains("until 2026-11-24T00:00:00Z, instead of 2026-11-23T00:00:00Z.");
    assertThat(world.run("retain", "acme", "--end").err())
        .contains(
            "Delete the old copy of tenant acme now, after which kb-acme-promote-7f3a cannot be undone?");
    RetainCommand end = new RetainCommand();
    end.clock = verb.clock;
    assertThat(world.run(end, "acme", "--end", "--yes").out())
        .contains("ends its retention now; the old copy is compared once more and deleted.");
    assertThat(world.move("kb-acme-promote-7f3a").getSpec().retainUntil())
        .isEqualTo("2026-11-21T12:00:00Z");
  }

  @Test
  void retainIsForAPromotionThatRetains() {
    world.promotion("Copying", "startedAt: \"2026-11-21T00:00:00Z\"");
    assertThat(world.run("retain", "acme", "--extend", "24h").err())
        .contains("is in phase Copying and retains no old copy");
    assertThat(world.run("retain", "acme").err()).contains("--end").contains("--extend");
    assertThat(world.run("retain", "acme", "--end", "--extend", "1h").code()).isEqualTo(2);
  }
}
