package io.tierkeeper.lab.faults;

import io.tierkeeper.moves.WebhookSender;
import java.io.IOException;
import java.net.URI;
import java.util.SplittableRandom;

/** The webhook of a tenant's gateway: it does not answer now and then, before or after it has done what was asked. */
final class UnreliableGateway {

  static final URI URL = URI.create("http://gateway.invalid/fence");

  private static final int ONE_OF = 3;

  private final SplittableRandom random;
  private boolean fails;

  UnreliableGateway(SplittableRandom random) {
    this.random = random;
  }

  /** Whether it fails now and then from now on. */
  void fails(boolean now) {
    fails = now;
  }

  /** The webhook in front of this gate. */
  WebhookSender of(WriterGate gate) {
    return (url, timeout, body) -> {
      boolean unanswered = fails && random.nextInt(ONE_OF) == 0;
      if (unanswered && random.nextBoolean()) {
        throw new IOException(url + " does not answer");
      }
      int status = gate.post(url, timeout, body);
      if (unanswered) {
        throw new IOException(url + " does not answer");
      }
      return status;
    };
  }
}
