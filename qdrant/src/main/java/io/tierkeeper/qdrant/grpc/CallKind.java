package io.tierkeeper.qdrant.grpc;

/** Whether a call can have changed something at the server, which decides what its failure means. */
enum CallKind {
  READ,
  WRITE
}
