package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that change what users want: promote, demote, unpin, pause, resume. */
@NullUnmarked
class IntentVerbsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  @TempDir
  Path directory;

  private VerbWorld world;

  @BeforeEach
  void start() {
    world = new VerbWorld(directory);
  }

  private VerbWorld.Ran pause(String... words) {
    PauseCommand verb = new PauseCommand();
    verb.clock = InstantSource.fixed(NOW);
    return world.run(verb, words);
  }

  private VerbWorld.Ran resume(String... words) {
    ResumeCommand verb = new ResumeCommand();
    verb.clock = InstantSource.fixed(NOW.plusSeconds(60));
    return world.run(verb, words);
  }

  private List<TieredCollectionSpec.Pause> pauses() {
    return world.collection().getSpec().pauses();
  }

  @Test
  void promotePinsAfterShowingWhatTheMoveCosts() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", "");
    VerbWorld.Ran ran = world.run("promote", "acme", "--yes");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("Promote tenant acme of collection kb")
        .contains("  pin       spec.tier of TenantTier kb-acme: Auto -> Dedicated\n")
        .contains("  then      the operator plans the move, which needs an approval, and makes it")
        .contains("See the plan with: tierkeeper plan acme");
    assertThat(world.tenant("kb-acme").getSpec().tier()).hasToString("Dedicated");
    assertThat(world.run("promote", "acme", "--yes").out())
        .isEqualTo("Tenant acme is pinned to Dedicated already; it is in tier Fallback.\n");
    assertThat(world.run("unpin", "acme").out())
        .startsWith("TenantTier kb-acme follows the policy again; it was pinned to Dedicated.");
    assertThat(world.tenant("kb-acme").getSpec().tier()).hasToString("Auto");
    assertThat(world.run("unpin", "acme").out()).isEqualTo("TenantTier kb-acme has no pin.\n");
  }

  @Test
  void promoteCreatesTheTenantTierThatIsMissing() {
    world.collection("Recommend", UnaryOperator.identity());
    VerbWorld.Ran ran = world.run("promote", "initech", "--yes");
    assertThat(ran.out())
        .contains("  pin       spec.tier of TenantTier kb-initech (new): Auto -> Dedicated\n")
        .contains("  then      nothing moves: policy standard is in mode Recommend;");
    assertThat(world.tenant("kb-initech").getSpec().tier()).hasToString("Dedicated");
    assertThat(world.tenant("kb-initech").getSpec().tenant()).isEqualTo("initech");
  }

  @Test
  void anUnknownTenantMayBeATypingError() {
    world.collection("Approve", UnaryOperator.identity());
    VerbWorld.Ran ran = world.run("promote", "acne", "--yes");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("if the name is right, add --collection kb");
    assertThat(world.run("promote", "acne", "--collection", "kb", "--yes").code())
        .isZero();
    assertThat(world.tenant("kb-acne")).isNotNull();
    assertThat(world
            .run("promote", "7", "--integer", "--collection", "kb", "--yes")
            .code())
        .isZero();
    assertThat(world.tenant("kb-7").getSpec().tenantInteger()).isEqualTo(7);
  }

  @Test
  void demoteKeepsATenantWhereItIs() {
    world.collection("Approve", UnaryOperator.identity());
    world.tenant("acme", "Fallback", "Hold", "");
    assertThat(world.run("demote", "acme", "--yes").out())
        .startsWith(
            "Tenant acme of collection kb is in tier Fallback already; the pin keeps it there.\n");
    assertThat(world.tenant("kb-acme").getSpec().tier()).hasToString("Fallback");
  }

  @Test
  void aPauseHasAnOwnerAReasonAndAnEnd() {
    world.collection("Approve", UnaryOperator.identity());
    VerbWorld.Ran ran = pause("--for", "2h", "--reason", "INC-4711", "--direction", "demote");
    assertThat(ran.out())
        .isEqualTo(
            "TieredCollection kb is paused by embedded-admin until 2026-11-21T02:00:00Z: INC-4711. End it earlier with: tierkeeper resume kb\n");
    assertThat(pauses())
        .containsExactly(new TieredCollectionSpec.Pause(
            "embedded-admin", "INC-4711", "2026-11-21T02:00:00Z", List.of(Direction.Demote)));
  }

  @Test
  void aPauseIsStoredAlthoughTheOperatorWritesTheCollectionAtTheSameTime() {
    world.collection("Approve", UnaryOperator.identity());
    pause("--for", "1h", "--reason", "theirs", "--owner", "sre");
    PauseCommand verb = new PauseCommand();
    AtomicInteger reads = new AtomicInteger();
    verb.clock = () -> {
      // Between the verb's read and its write.
      if (reads.incrementAndGet() <= 3) {
        world
            .client
            .resource(world.collection())
            .accept(stored -> stored
                .getMetadata()
                .setAnnotations(Map.of("example.com/written", "" + reads.get())));
      }
      return NOW;
    };
    VerbWorld.Ran ran = world.run(verb, "--for", "2h", "--reason", "INC-4711");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).containsOnlyOnce("is paused by");
    assertThat(pauses()).hasSize(2);
    assertThat(world.collection().getMetadata().getAnnotations())
        .containsEntry("example.com/written", "3");
  }

  @Test
  void resumeEndsTheOwnPausesAndNamesThoseOfOthers() {
    world.collection("Approve", UnaryOperator.identity());
    pause("kb", "--for", "1h", "--reason", "mine");
    pause("kb", "--for", "1h", "--reason", "theirs", "--owner", "sre");
    pause("kb", "--for", "1s", "--reason", "short", "--owner", "sre");
    VerbWorld.Ran ran = resume("kb");
    assertThat(ran.out())
        .isEqualTo(
            "TieredCollection kb resumes: 1 pause ended. It stays paused by sre until 2026-11-21T01:00:00Z (theirs); end these with: tierkeeper resume kb --any-owner\n");
    assertThat(pauses()).hasSize(1);
    assertThat(resume("kb").out())
        .startsWith("TieredCollection kb has no pause of embedded-admin. It stays paused by sre");
    assertThat(resume("--all", "--any-owner").out())
        .isEqualTo("TieredCollection kb resumes: 1 pause ended.\n");
    assertThat(pauses()).isNull();
  }

  @Test
  void aPauseThatCannotBeUsedNamesItsOption() {
    world.collection("Approve", UnaryOperator.identity());
    assertThat(pause("--for", "7d", "--reason", "x").err())
        .contains("--for: '7d'; allowed: hours, minutes and seconds");
    assertThat(pause("--for", "7d", "--reason", "x").code()).isEqualTo(2);
    assertThat(pause("--for", "0s", "--reason", "x").err())
        .contains("--for 0s must be longer than 0s");
    assertThat(pause("--for", "1h").err()).contains("--reason");
    assertThat(pause("nope", "--for", "1h", "--reason", "x").err())
        .contains("there is no TieredCollection nope in namespace " + world.namespace
            + "; there are: kb");
  }

  @Test
  void saysWhoTakesAChangeBackThatIsNotMadeInGit() {
    world.collection(
        "Approve",
        yaml -> yaml.replace(
            "metadata: {name: kb}",
            "metadata: {name: kb, annotations: {argocd.argoproj.io/tracking-id: x}}"));
    assertThat(pause("--for", "2h", "--reason", "x").err())
        .isEqualTo(
            "note: TieredCollection kb is applied by Argo CD, which may take the change back; make it in Git as well\n");
  }
}
