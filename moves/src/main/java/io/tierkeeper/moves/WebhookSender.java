package io.tierkeeper.moves;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Sends the calls of a {@link Fence.Webhook}, and limits which fences may be used. */
@FunctionalInterface
public interface WebhookSender {

  /**
   * Posts a JSON body.
   *
   * @return the status of the answer
   */
  int post(URI url, Duration timeout, String body) throws IOException, InterruptedException;

  /** Why a fence must not be raised, with what to do about it; empty where it may. */
  default Optional<String> refusal(Fence fence) {
    return Optional.empty();
  }
}
