package io.tierkeeper.audit.history;

import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.RetentionData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects the stories of moves from the lines of trails in their order, in bounded memory: the latest ones, the others are counted. */
public final class MoveStories {

  private static final String SUBJECT = "tenant/";

  private record Key(String source, String move) {}

  private final int most;
  private final Instant since;
  private final Instant until;
  private final Predicate<String> tenants;
  private final SequencedSet<MoveStory> stories = new LinkedHashSet<>();
  private final Map<Key, MoveStory> current = new HashMap<>();
  private final Map<MoveStory.Outcome, Integer> omitted = new EnumMap<>(MoveStory.Outcome.class);

  /**
   * @param most stories that are kept
   * @param since moves whose last line is older are left out
   * @param until moves whose first line is not older are left out
   * @param tenants whose moves are of interest
   */
  public MoveStories(int most, Instant since, Instant until, Predicate<String> tenants) {
    this.most = most;
    this.since = since;
    this.until = until;
    this.tenants = tenants;
  }

  /** Takes in the next line of any type. */
  public void follow(AuditLine line) {
    if (line.data() instanceof DecisionData data && data.decision().move() != null) {
      MoveStory story = story(line, data.decision().move(), tenant(line), null);
      if (story != null && story.outcome() == MoveStory.Outcome.PLANNED) {
        story.decided(line, data);
      }
    } else if (line.data() instanceof ApprovalData data) {
      MoveStory story =
          story(line, data.approval().move(), tenant(line), data.object().uid());
      if (story != null) {
        story.approved(line, data);
      }
    } else if (line.data() instanceof RetentionData data) {
      MoveStory story = story(
          line,
          data.retention().move(),
          data.retention().tenant(),
          data.object().uid());
      if (story != null) {
        story.retentionChanged(line, data);
      }
    } else if (line.data() instanceof MoveData data) {
      MoveStory story = story(line, data.move(), data.tenant(), data.object().uid());
      if (story != null) {
        story.happened(line, data);
      }
    }
  }

  private static String tenant(AuditLine line) {
    return line.subject().startsWith(SUBJECT)
        ? line.subject().substring(SUBJECT.length())
        : line.subject();
  }

  /**
   * The story that a line continues or begins; null where it is of no interest.
   *
   * @param uid of the TierMove; null where the line does not have it
   */
  private @Nullable MoveStory story(
      AuditLine line, String move, String tenant, @Nullable String uid) {
    Key key = new Key(line.source(), move);
    MoveStory known = current.get(key);
    if (known != null && (uid == null ? !known.ended() : known.isOf(uid))) {
      return known;
    }
    if (!tenants.test(tenant) || !line.time().isBefore(until)) {
      return null;
    }
    MoveStory begun = new MoveStory(line.source(), move, tenant, line.time());
    stories.add(begun);
    current.put(key, begun);
    if (stories.size() > most) {
      leaveOut();
    }
    return begun;
  }

  /** Leaves out the oldest that ended, which no line continues, or else the oldest. */
  private void leaveOut() {
    MoveStory oldest =
        stories.stream().filter(MoveStory::ended).findFirst().orElse(stories.getFirst());
    stories.remove(oldest);
    current.remove(new Key(oldest.source(), oldest.name()), oldest);
    if (!oldest.last().isBefore(since)) {
      omitted.merge(oldest.outcome(), 1, Integer::sum);
    }
  }

  /** The stories that are kept, in the order in which they began. */
  public List<MoveStory> stories() {
    List<MoveStory> kept = new ArrayList<>(stories);
    kept.removeIf(story -> story.last().isBefore(since));
    return kept;
  }

  /** How many stories were not kept. */
  public int omitted() {
    return omitted.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** All stories with this outcome, those that were not kept included. */
  public long count(MoveStory.Outcome outcome) {
    return omitted.getOrDefault(outcome, 0)
        + stories().stream().filter(story -> story.outcome() == outcome).count();
  }
}
