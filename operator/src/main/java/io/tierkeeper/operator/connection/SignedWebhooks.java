package io.tierkeeper.operator.connection;

import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls the webhooks that the collection's Secret allows. Each call has the time in {@code Tierkeeper-Timestamp} (seconds since 1970)
 * and in {@code Tierkeeper-Signature} {@code sha256=} with the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the
 * body. Redirects are not followed and answers are not read.
 */
final class SignedWebhooks implements WebhookSender {
  static final String TIMESTAMP = "Tierkeeper-Timestamp";
  static final String SIGNATURE = "Tierkeeper-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private final FencePermit permit;
  private final AddressRule rule;
  private final InstantSource clock;
  private @Nullable HttpClient http;

  SignedWebhooks(FencePermit permit, AddressRule rule, InstantSource clock) {
    this.permit = permit;
    this.rule = rule;
    this.clock = clock;
  }

  @Override
  public Optional<String> refusal(Fence fence) {
    return permit.refusal(fence);
  }

  @Override
  public int post(URI url, Duration timeout, String body) throws IOException, InterruptedException {
    Optional<String> refusal = permit.refusal(url);
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
    for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
      Optional<String> refused = rule.refusal(address);
      if (refused.isPresent()) {
        throw new IOException(refused.get());
      }
    }
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    return client()
        .send(
            HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("content-type", "application/json")
                .header(TIMESTAMP, timestamp)
                .header(
                    SIGNATURE,
                    "sha256="
                        + sign(Objects.requireNonNull(permit.webhookSecret()), timestamp, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  static String sign(String secret, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return HexFormat.of()
          .formatHex(mac.doFinal((timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA256", e);
    }
  }

  /** Made when it is needed: most collections never call a webhook, and a client has a thread of its own. */
  private synchronized HttpClient client() throws IOException {
    HttpClient made = http;
    if (made == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER);
      String ca = permit.webhookCa();
      if (ca != null) {
        builder.sslContext(trusting(ca));
      }
      made = builder.build();
      http = made;
    }
    return made;
  }

  private static SSLContext trusting(String pem) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate certificate : CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))) {
        trusted.setCertificateEntry("ca" + number++, certificate);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(FencePermit.CA + " of the Secret is not a PEM certificate", e);
    }
  }
}
