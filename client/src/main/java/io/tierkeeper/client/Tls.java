package io.tierkeeper.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files for TLS, in PEM. The client reads a file again when it has changed, at the latest {@link ClientConfig#FILE_CHECK} later or after a call has failed, and
 * opens new connections with it; calls on the old ones end normally.
 *
 * @param trustedCa authorities whose certificates are trusted; null for those of the Java runtime
 * @param clientCertificate the client's certificate chain; null for none
 * @param clientKey its private key, PKCS#8, not encrypted; null for none
 */
public record Tls(
    @Nullable Path trustedCa,
    @Nullable Path clientCertificate,
    @Nullable Path clientKey) {

  /** The authorities of the Java runtime, no client certificate. */
  public static final Tls DEFAULT = new Tls(null, null, null);

  /** @throws TenantClientException.InvalidRequest if certificate or key is given without the other */
  public Tls {
    if ((clientCertificate == null) != (clientKey == null)) {
      throw new TenantClientException.InvalidRequest(
          "clientCertificate and clientKey belong together; only one of them is given", null);
    }
  }

  /** Trusts the authorities in a file. */
  public static Tls trusting(Path ca) {
    return new Tls(ca, null, null);
  }
}
