package io.tierkeeper.lab.faults.inject;

/** The faults that can be injected into one write of a process, or into the process or its environment at that write. */
public enum FaultKind {
  /** The process is gone before the write is sent. */
  DEATH_BEFORE_SENDING("death before sending"),
  /** The process is gone when the write has been sent; it takes effect in a moment and its answer has no receiver. */
  DEATH_AFTER_SENDING("death after sending"),
  /** The process is gone when it has received the answer. */
  DEATH_AFTER_THE_ANSWER("death after the answer"),
  /** The write takes effect and its outcome is unknown to the process. */
  ANSWER_LOST("answer lost"),
  /** The outcome is unknown to the process, and a moment later the write takes effect. */
  LATE("late"),
  /** The write does not take effect and its outcome is unknown to the process. */
  CALL_LOST("call lost"),
  /** The write is refused for now. */
  REFUSED("refused for now"),
  /** The write takes effect twice. */
  DOUBLED("doubled"),
  /** The write takes effect late, and its answer after every time-out. */
  SLOW("slower than any time-out"),
  /** The process stands still for minutes before it sends. */
  STANDSTILL("standstill of minutes"),
  /** A peer of Qdrant is killed and comes back. */
  PEER_KILLED("a peer is killed"),
  /** A peer of Qdrant stands still and goes on. */
  PEER_PAUSED("a peer stands still"),
  /** The audit trail takes no lines for a while. */
  DISK_FULL("the disk is full"),
  /** The wall clock jumps an hour ahead. */
  CLOCK_AHEAD("the clock jumps ahead"),
  /** The wall clock jumps an hour back. */
  CLOCK_BACK("the clock jumps back");

  private final String words;

  FaultKind(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Whether it kills the process. */
  public boolean deadly() {
    return this == DEATH_BEFORE_SENDING
        || this == DEATH_AFTER_SENDING
        || this == DEATH_AFTER_THE_ANSWER;
  }
}
