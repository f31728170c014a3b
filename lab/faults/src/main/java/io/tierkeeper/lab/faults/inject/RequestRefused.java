package io.tierkeeper.lab.faults.inject;

import java.io.IOException;

/** A request to Kubernetes that the API server refuses for now. */
public final class RequestRefused extends IOException {
  private static final long serialVersionUID = 1L;

  RequestRefused(String message) {
    super(message);
  }
}
