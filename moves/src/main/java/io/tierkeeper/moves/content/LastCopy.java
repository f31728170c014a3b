package io.tierkeeper.moves.content;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the dedicated key as the last copy scan saw it, from this process's memory or from the journal,
 * compared with what the key, or its frozen content, holds now.
 */
public final class LastCopy {

  private final @Nullable Baseline memory;
  private final @Nullable String text;
  private final @Nullable CopyTable table;
  private final @Nullable String left;
  private final @Nullable CopyTable leftTable;
  private boolean equal;
  private CopyTable.@Nullable Difference difference;
  private Set<Long> gone = Set.of();
  private CopyTable.@Nullable Difference ofCopies;

  /**
   * @param memory the points, if this process has copied them
   * @param journal their fingerprints and tables, as far as the journal knows them
   */
  public LastCopy(@Nullable Baseline memory, CopyEvidence journal) {
    String stored = journal.copied();
    this.memory = memory;
    this.text = stored == null && memory != null ? memory.fingerprint() : stored;
    this.table = memory == null ? CopyTable.of(journal.copiedTable()).orElse(null) : memory.table();
    this.left = journal.left();
    this.leftTable = CopyTable.of(journal.leftTable()).orElse(null);
  }

  /** Whether a last copy scan was recorded at all, even if what it copied is not known any more. */
  public boolean recorded() {
    return text != null;
  }

  /** Compares it with a whole key; all that follows is about this one. */
  public void compareWith(Fingerprint now) {
    equal = now.text().equals(text) || now.text().equals(left);
    difference = minus(now, table);
    if (difference == null) {
      // The points that were being deleted are gone.
      difference = minus(now, leftTable);
    }
    gone = difference == null
        ? Set.of()
        : difference.onlyThere().stream().map(CopyTable.Entry::id).collect(Collectors.toSet());
  }

  /**
   * Compares it with what the fallback holds as well. There only a few points change while the dedicated key is out of
   * service for a moment, even if so many have changed in the key since that these cannot be told apart.
   */
  public void compareWithCopies(Fingerprint copies) {
    ofCopies = minus(copies, table);
    if (ofCopies == null) {
      ofCopies = minus(copies, leftTable);
    }
  }

  private static CopyTable.@Nullable Difference minus(Fingerprint now, @Nullable CopyTable then) {
    return then == null ? null : now.table().minus(then).orElse(null);
  }

  /** Whether the key holds just what was copied: then nothing can have been lost. */
  public boolean equal() {
    return equal;
  }

  /** Whether a point of the key was copied, in whatever version; empty where that is not known. */
  public Optional<Boolean> copied(Point point) {
    if (equal) {
      return Optional.of(true);
    }
    if (memory != null) {
      return Optional.of(memory.knows(point.id()));
    }
    return difference == null
        ? Optional.empty()
        : Optional.of(!isNew(point) || gone.contains(PointContent.hash(point.id())));
  }

  /** Whether a point of the key is as it was copied; empty where that is not known. */
  public Optional<Boolean> unchanged(Point point) {
    if (equal) {
      return Optional.of(true);
    }
    if (memory != null) {
      return Optional.of(memory.matches(point));
    }
    return difference == null ? Optional.empty() : Optional.of(!isNew(point));
  }

  /** As {@link #unchanged}, of a point whose copy is gone. */
  public Optional<Boolean> unchangedWithoutCopy(Point point) {
    return unchanged(point)
        .or(() -> Optional.ofNullable(ofCopies)
            .map(difference -> difference
                .onlyThere()
                .contains(
                    new CopyTable.Entry(PointContent.hash(point.id()), PointContent.hash(point)))));
  }

  /** Whether a point of another key is what the last copy scan saw under its id; empty where that is not known. */
  public Optional<Boolean> was(Point elsewhere) {
    if (memory != null) {
      return Optional.of(memory.matches(elsewhere));
    }
    return difference == null
        ? Optional.empty()
        : Optional.of(difference
            .onlyThere()
            .contains(new CopyTable.Entry(
                PointContent.hash(elsewhere.id()), PointContent.hash(elsewhere))));
  }

  /** Whether a point that the key lacks was copied; empty where that is not known. */
  public Optional<Boolean> lost(PointId id) {
    if (equal) {
      return Optional.of(false);
    }
    if (memory != null) {
      return Optional.of(memory.knows(id));
    }
    return difference == null
        ? Optional.empty()
        : Optional.of(gone.contains(PointContent.hash(id)));
  }

  /** How many points differ; empty where there are too many to be counted, or nothing is known. */
  public Optional<Integer> differing() {
    if (equal || difference == null) {
      return equal ? Optional.of(0) : Optional.empty();
    }
    Set<Long> ids = new HashSet<>(gone);
    difference.onlyHere().forEach(entry -> ids.add(entry.id()));
    return Optional.of(ids.size());
  }

  private boolean isNew(Point point) {
    return java.util.Objects.requireNonNull(difference)
        .onlyHere()
        .contains(new CopyTable.Entry(PointContent.hash(point.id()), PointContent.hash(point)));
  }
}
