package io.tierkeeper.lab.qdrant.emulator.calls;

import java.util.ArrayList;
import java.util.List;

/** The mutating calls to all peers of a cluster, in the order in which they ended. */
public final class CallLog {

  private final List<MutatingCall> calls = new ArrayList<>();

  /** The calls so far. */
  public synchronized List<MutatingCall> calls() {
    return List.copyOf(calls);
  }

  synchronized void add(MutatingCall call) {
    calls.add(call);
  }
}
