package io.tierkeeper.qdrant.settings;

/** How the components of a vector are stored. */
public enum Datatype {
  FLOAT32(4),
  FLOAT16(2),
  UINT8(1),
  /** A type that this version does not know. */
  UNKNOWN(4);

  private final int bytes;

  Datatype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one component. */
  public int bytes() {
    return bytes;
  }
}
