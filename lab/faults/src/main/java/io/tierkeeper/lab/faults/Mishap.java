package io.tierkeeper.lab.faults;

/** What befalls one write of a process to the outside, or the process at that write. */
enum Mishap {
  /** The process is gone before the write is sent. */
  DEATH_BEFORE_SENDING("death before sending"),
  /** The process is gone when the write has been sent; it takes effect in a moment and nobody hears the answer. */
  DEATH_AFTER_SENDING("death after sending"),
  /** The process is gone when it has heard the answer. */
  DEATH_AFTER_THE_ANSWER("death after the answer"),
  /** The write takes effect and the process is told that its fate is unknown. */
  ANSWER_LOST("answer lost"),
  /** The process is told that the fate of the write is unknown, and a moment later it takes effect. */
  LATE("late"),
  /** The write does not take effect and the process is told that its fate is unknown. */
  CALL_LOST("call lost"),
  /** The write is refused for now. */
  REFUSED("refused for now"),
  /** The write takes effect twice. */
  DOUBLED("doubled"),
  /** The write takes effect late, and its answer comes later than anybody waits. */
  SLOW("slower than anybody waits"),
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

  Mishap(String words) {
    this.words = words;
  }

  /** For people. */
  String words() {
    return words;
  }

  /** Whether the process does not outlive it. */
  boolean deadly() {
    return this == DEATH_BEFORE_SENDING
        || this == DEATH_AFTER_SENDING
        || this == DEATH_AFTER_THE_ANSWER;
  }
}
