package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of each reason prints a command as the engine renders it, and {@link RemedyCommandTest} runs each of these. */
class RunbookCommandsTest {

  private static final Path BOOKS = Path.of("../docs/runbooks");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
  private static final Remedy ABORT = new Remedy.SetAbort(true);
  private static final List<PointId> SEVEN = List.of(PointId.of(7));

  /** The remedy whose command a page prints. */
  private static final Map<String, Remedy> RENDERED = Map.ofEntries(
      Map.entry("CollectionMissing", ABORT),
      Map.entry("DedicatedKeyNotActive", new Remedy.RecoverShard(shard(7, "acme"))),
      Map.entry("DedicatedKeyVanished", ABORT),
      Map.entry("FallbackUnreadable", new Remedy.RecoverShard(shard(1, "default"))),
      Map.entry(
          "FenceNotLifted",
          new Remedy.LiftFence(
              new Fence.Webhook(URI.create("https://gate/"), Duration.ofSeconds(1)), null)),
      Map.entry("ForeignPoints", ABORT),
      Map.entry("ForeignTransfer", new Remedy.AbortTransfers(List.of(transferOf(1)), List.of())),
      Map.entry("IdHeldByAnotherTenant", ABORT),
      Map.entry("MarkerFieldInUse", new Remedy.RemoveMarkerFields(SEVEN)),
      Map.entry("PeersDisagree", new Remedy.RestartPods(List.of("qdrant-2.qdrant-headless"))),
      Map.entry(
          "PlacementStuck",
          new Remedy.AbortTransfers(List.of(transferOf(7)), List.of(new Remedy.Place(7, 2)))),
      Map.entry("QdrantUnavailable", ABORT),
      Map.entry("Refused", ABORT),
      Map.entry("Resharding", new Remedy.AbortResharding()),
      Map.entry("ReviveFailed", new Remedy.RecoverShard(shard(7, "acme"))),
      Map.entry("SearchesDiffer", ABORT),
      Map.entry("StuckBeforeActive", new Remedy.SaveAndDropKey(shard(7, "acme"))),
      Map.entry(
          "UnmarkedPointsInFallback",
          new Remedy.KeepDedicated(List.of(PointId.of(5), PointId.of(900)))),
      Map.entry("VectorNotFinite", new Remedy.SavePoints(SEVEN)),
      Map.entry(
          "VerificationDifference",
          new Remedy.InsertFromFallback(List.of(PointId.of(40), PointId.of(41)))),
      Map.entry(
          "WorkingKeysLeft",
          new Remedy.DropWorkingKeys(List.of(shard(4, "tierkeeper/0123abcd-ef01/z")))));

  private static Replica shard(int id, String key) {
    return new Replica(id, 1, ShardKey.of(key), ReplicaState.DEAD, 10);
  }

  private static ShardTransfer transferOf(int shard) {
    return new ShardTransfer(shard, null, 1, 2, true);
  }

  private static Move move(Direction direction) {
    return new Move(
        direction == Direction.PROMOTE ? "kb-acme-promote-7f3a" : "kb-acme-demote-7f3a",
        "uid-1",
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TenantId.Kind.KEYWORD,
        TenantId.of("acme"),
        ShardKey.of("default"),
        direction,
        MoveFixtures.settings());
  }

  private static List<String> commands(String page) throws IOException {
    return BLOCK
        .matcher(Files.readString(BOOKS.resolve(page + ".md")))
        .results()
        .map(MatchResult::group)
        .flatMap(block -> block.lines().filter(line -> !line.startsWith("```")))
        .toList();
  }

  /** Commands that only a Qdrant in the state of the reason takes, so that no test of the documentation runs them. */
  private static final Pattern OF_A_STATE = Pattern.compile(
      "(NAME=|test 0 = |curl -sf -X POST ('https://gate/'|\\S+/cluster) |kubectl delete pod ).*");

  @Test
  void eachPagePrintsTheCommandThatTheEngineRenders() throws IOException {
    assertThat(RENDERED)
        .containsOnlyKeys(Stream.concat(
                Stream.of("WorkingKeysLeft"),
                Arrays.stream(StallReason.values()).map(StallReason::apiName))
            .toList());
    for (Map.Entry<String, Remedy> page : RENDERED.entrySet()) {
      List<String> rendered = Stream.of(Direction.values())
          .map(direction -> RemedyRenderer.command(move(direction), page.getValue()))
          .toList();
      List<String> printed = commands(page.getKey());
      assertThat(printed).as(page.getKey()).containsAnyElementsOf(rendered);
      assertThat(printed.stream().filter(line -> OF_A_STATE.matcher(line).matches()))
          .as(page.getKey())
          .isSubsetOf(rendered);
    }
  }
}
