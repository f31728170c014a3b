package io.tierkeeper.operator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.JournalHeader;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.operator.hostile.SchemaLeaves.Leaf;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every leaf of every definition, in spec and status, is mutated within its schema while an operator runs; once each, or
 * more often with {@code -Dtierkeeper.hostile.values=8}, {@code .status=3} and {@code .move=3}.
 */
@NullUnmarked
class HostileInputIT {
  private static final int ISLES = Integer.getInteger("tierkeeper.hostile.isles", 6);
  private static final int STATUS_VALUES = Integer.getInteger("tierkeeper.hostile.status", 1);
  private static final int SPEC_VALUES = Integer.getInteger("tierkeeper.hostile.values", 1);
  private static final int MOVE_ISLES = Integer.getInteger("tierkeeper.hostile.moves", 8);
  private static final int MOVE_VALUES = Integer.getInteger("tierkeeper.hostile.move", 1);
  private static final String ONLY = System.getProperty("tierkeeper.hostile.only", "");

  @TempDir
  Path audit;

  private final Findings findings = new Findings();

  @Test
  void aMutatedLeafIsNamedAndHarmsNoOtherResource() throws Exception {
    long began = System.nanoTime();
    try (HostileWorld world = new HostileWorld(
        Boolean.getBoolean("tierkeeper.hostile.real")
            ? KubernetesBackends.realest()
            : KubernetesBackends.embedded(),
        audit)) {
      Queue<Consumer<Isle>> work = new ConcurrentLinkedQueue<>();
      for (String kind : List.of("TierPolicy", "TieredCollection", "TenantTier")) {
        SchemaLeaves schema = SchemaLeaves.of(kind);
        chosen(kind, schema.below("spec"))
            .forEach(leaf -> work.add(isle -> isle.mutateSpec(kind, schema, leaf, SPEC_VALUES)));
        chosen(kind, schema.below("status"))
            .forEach(
                leaf -> work.add(isle -> isle.mutateStatus(kind, schema, leaf, STATUS_VALUES)));
      }
      Queue<Consumer<MoveIsle>> moves = new ConcurrentLinkedQueue<>();
      SchemaLeaves schema = SchemaLeaves.of("TierMove");
      chosen("TierMove", schema.below("spec"))
          .forEach(leaf -> moves.add(isle -> isle.mutateSpec(schema, leaf, MOVE_VALUES)));
      chosen("TierMove", schema.below("status"))
          .forEach(leaf -> moves.add(isle -> isle.mutateStatus(schema, leaf, MOVE_VALUES)));
      if ("TierMove status.journal".contains(ONLY)) {
        // The schema leaves the journal open, so its own type tells what is in it.
        for (String member : journalMembers()) {
          findings.exists("TierMove status.journal." + member);
          Isle.some(MoveIsle.journalValues(), MOVE_VALUES)
              .forEach(value -> moves.add(isle -> isle.mutateJournal(member, value)));
        }
      }
      UnchangedResources unchanged = new UnchangedResources(world, findings);
      Thread beat = unchanged.start();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Math.min(ISLES, work.size()); i++) {
        String name = "isle-" + i;
        threads.add(worker(name, () -> new Isle(world, findings, name), work));
      }
      for (int i = 0; i < Math.min(MOVE_ISLES, moves.size()); i++) {
        String name = "moves-" + i;
        threads.add(worker(
            name,
            () -> {
              MoveIsle isle = new MoveIsle(world, findings, name);
              isle.provesItself();
              return isle;
            },
            moves));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      unchanged.stop();
      beat.join();
      unchanged.moves();
      System.out.printf(
          "hostile input: %d of %d leaves tried, %d mutations, %d refused by the API, %d evaluations of the"
              + " unchanged resources, the slowest %d ms, %d s%n",
          findings.tried(),
          findings.existing(),
          findings.mutations(),
          world.rejected.get(),
          unchanged.evaluations(),
          unchanged.slowest().toMillis(),
          (System.nanoTime() - began) / 1_000_000_000);
      findings.violations().forEach(System.out::println);
      assertThat(world.operator.leading()).isTrue();
      assertThat(world.lostLease).isFalse();
      assertThat(world.breaches()).isEmpty();
    }
    assertThat(findings.violations()).isEmpty();
    assertThat(findings.untried()).isEmpty();
  }

  /** The stored object is flat: each of these records has members of its own in it. */
  private static List<String> journalMembers() {
    List<String> members = Stream.concat(
            Stream.of(
                    JournalHeader.class,
                    Abort.class,
                    CopyEvidence.class,
                    Protocol.Promotion.class,
                    Protocol.DemotionState.class,
                    Protocol.FenceState.class)
                .flatMap(part -> Arrays.stream(part.getRecordComponents()))
                .map(RecordComponent::getName),
            Stream.of("settings"))
        .toList();
    assertThat(members).contains("step", "copiedTable", "fencedAt").doesNotHaveDuplicates();
    return members;
  }

  private List<Leaf> chosen(String kind, List<Leaf> leaves) {
    List<Leaf> chosen = leaves.stream()
        .filter(leaf -> (kind + " " + leaf.name()).contains(ONLY))
        .toList();
    chosen.forEach(leaf -> findings.exists(kind + " " + leaf.name()));
    return chosen;
  }

  private <T> Thread worker(String name, Supplier<T> isle, Queue<Consumer<T>> work) {
    return Thread.ofVirtual().start(() -> {
      try {
        T mine = isle.get();
        for (Consumer<T> next = work.poll(); next != null; next = work.poll()) {
          next.accept(mine);
        }
      } catch (RuntimeException | AssertionError e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        findings.violation(name, null, trace.toString());
      }
    });
  }
}
