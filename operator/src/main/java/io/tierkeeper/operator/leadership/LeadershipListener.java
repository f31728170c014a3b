package io.tierkeeper.operator.leadership;

/** Notified once when leadership begins and once when it was lost without having been released. */
public interface LeadershipListener {

  /** @param term of the lease, from 1, grows with each change of leader */
  void onLeading(long term);

  /** Leadership was lost, or the election has ended by itself, so that this process could never lead again. */
  void onLost();
}
