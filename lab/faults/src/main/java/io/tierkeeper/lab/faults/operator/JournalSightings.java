package io.tierkeeper.lab.faults.operator;

import java.util.HashMap;
import java.util.Map;

/** Who last wrote the journal of each move, and which lives of replicas have looked at it since. */
public final class JournalSightings {

  private record Looked(Object by, String move) {}

  private record Written(Object by, int version) {}

  private final Map<String, Written> written = new HashMap<>();
  private final Map<Looked, Integer> looked = new HashMap<>();

  void wrote(Object who, String move) {
    written.put(move, new Written(who, version(move) + 1));
  }

  void looked(Object who, String move) {
    looked.put(new Looked(who, move), version(move));
  }

  /** Whether another process has written this journal since this incarnation last read it, if it ever did. */
  boolean overlooked(Object who, String move) {
    Written last = written.get(move);
    return last != null
        && last.by() != who
        && looked.getOrDefault(new Looked(who, move), 0) < last.version();
  }

  private int version(String move) {
    Written last = written.get(move);
    return last == null ? 0 : last.version();
  }
}
