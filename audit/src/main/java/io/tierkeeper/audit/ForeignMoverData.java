package io.tierkeeper.audit;

import java.util.List;

/** Another client began or ended a shard transfer in the same cluster; moves wait meanwhile. */
public record ForeignMoverData(ResourceRef object, ForeignMover foreignMover) implements EventData {

  /**
   * The transfer.
   *
   * @param event whether moves begin to wait or may continue
   * @param detail such as the transfer's shard, peers and method
   */
  public record ForeignMover(Edge event, String detail, List<String> waitingMoves) {}

  @Override
  public AuditType type() {
    return AuditType.FOREIGN_MOVER;
  }
}
