package io.tierkeeper.operator.connection;

import io.tierkeeper.moves.Fence;
import io.tierkeeper.operator.config.AddressRange;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fences a collection may use. A TierPolicy names a marker point or an address, and the operator touches it with rights that
 * the policy's author may not have; so the Secret of the collection must list it.
 *
 * @param secretName of the Secret; null where the collection has none
 * @param points {@code collection/pointId}, or {@code collection/*}
 * @param webhooks origins that may be called
 * @param webhookSecret signs the calls; null where the Secret has none
 * @param webhookCa PEM of the authority of the receivers; null for the JDK's
 */
record FencePermit(
    @Nullable String secretName,
    Set<String> points,
    AllowedOrigins webhooks,
    @Nullable String webhookSecret,
    @Nullable String webhookCa) {

  static final String POINTS = "allowedFencePoints";
  static final String WEBHOOKS = "allowedWebhooks";
  static final String SECRET = "webhookSecret";
  static final String CA = "webhookCa";

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Why a fence may not be used, with what to add where; empty where it may. */
  Optional<String> refusal(Fence fence) {
    return switch (fence) {
      case Fence.Manual manual -> Optional.empty();
      case Fence.Token token -> {
        String point = token.collection() + "/" + token.point();
        yield points.contains(point) || points.contains(token.collection() + "/*")
            ? Optional.empty()
            : Optional.of("spec.demotion.fence.token: point " + point + " is not in " + POINTS
                + " of " + where() + "; add it there if moves may change it");
      }
      case Fence.Webhook webhook -> refusal(webhook.url());
    };
  }

  /** Why an address may not be called. */
  Optional<String> refusal(URI url) {
    if (url.getHost() == null || url.getScheme() == null) {
      return Optional.of("spec.demotion.fence.url: not an http or https address");
    }
    int port = port(url);
    if (!webhooks.allows(url, port)) {
      String origin = AllowedOrigins.origin(url.getScheme(), url.getHost(), port);
      return Optional.of("spec.demotion.fence.url: " + origin + " is not in " + WEBHOOKS + " of "
          + where() + "; add it there if moves may call it");
    }
    return webhookSecret == null
        ? Optional.of("spec.demotion.fence.url: " + where() + " has no data " + SECRET
            + ", which signs the calls; add it")
        : Optional.empty();
  }

  static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? HTTPS : HTTP;
  }

  static AllowedOrigins origins(String text) {
    return AllowedOrigins.read(text, Set.of(HTTPS));
  }

  static Set<String> points(String text) {
    return Set.copyOf(AddressRange.entries(text));
  }

  private String where() {
    return secretName == null
        ? "a Secret: the TieredCollection has no spec.qdrant.credentialsRef"
        : "Secret " + secretName;
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "FencePermit[points=" + points + ", webhooks=" + webhooks + "]";
  }
}
