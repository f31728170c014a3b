package io.tierkeeper.operator.status;

/** A status cannot be stored because the resource is gone from the API server. */
public final class ResourceGoneException extends RuntimeException {

  ResourceGoneException(String kind, String namespace, String name) {
    super(
        kind + " " + namespace + "/" + name
            + " was deleted from the API server: its status cannot be stored, and nothing that depends on it is done");
  }
}
