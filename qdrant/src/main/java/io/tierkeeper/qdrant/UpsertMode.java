package io.tierkeeper.qdrant;

/** Which points an upsert may write (Qdrant's update_mode, from 1.17). */
public enum UpsertMode {
  UPSERT,
  /** A point that exists is left alone. */
  INSERT_ONLY,
  /** A point that does not exist is not created. */
  UPDATE_ONLY
}
