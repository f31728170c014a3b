package io.tierkeeper.lab.qdrant.emulator.calls;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The faults to inject into calls to an emulated cluster; may be changed while it runs, by any thread. */
public final class FaultPlan {

  private static final class Armed {
    private final Fault fault;
    private int left;

    private Armed(Fault fault) {
      this.fault = fault;
      this.left = fault.nth();
    }
  }

  private final List<Armed> armed = new ArrayList<>();
  private final List<Fault> injected = new ArrayList<>();

  /** An empty plan. */
  public FaultPlan() {}

  /** Plans a fault; its count starts now and it is injected once. */
  public synchronized FaultPlan add(Fault fault) {
    armed.add(new Armed(fault));
    return this;
  }

  /** Removes all faults that have not been injected. */
  public synchronized FaultPlan clear() {
    armed.clear();
    return this;
  }

  /** The faults that have been injected, in their order. */
  public synchronized List<Fault> injected() {
    return List.copyOf(injected);
  }

  /** The faults to inject into this call. */
  synchronized List<Fault> next(String verb, boolean mutating, long peer) {
    List<Fault> due = new ArrayList<>();
    for (Iterator<Armed> each = armed.iterator(); each.hasNext(); ) {
      Armed next = each.next();
      Fault fault = next.fault;
      boolean named =
          fault.verb().equals(verb) || (mutating && fault.verb().equals(Fault.ANY_CHANGE));
      if (named && (fault.peer() == null || fault.peer() == peer) && --next.left == 0) {
        due.add(fault);
        each.remove();
      }
    }
    injected.addAll(due);
    return due;
  }
}
