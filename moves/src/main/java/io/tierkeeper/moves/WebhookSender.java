package io.tierkeeper.moves;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Sends the calls of a {@link Fence.Webhook}. */
@FunctionalInterface
public interface WebhookSender {

  /**
   * Posts a JSON body.
   *
   * @return the status of the answer
   */
  int post(URI url, Duration timeout, String body) throws IOException, InterruptedException;
}
