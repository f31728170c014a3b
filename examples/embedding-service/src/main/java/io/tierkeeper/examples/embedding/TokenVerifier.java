package io.tierkeeper.examples.embedding;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the tenant from a token that it has verified; there is no other way to get one. */
final class TokenVerifier {

  private static final String BEARER = "Bearer ";
  private static final int TIMEOUT_MILLIS = 5000;
  private static final int MAX_KEYS_BYTES = 256 * 1024;
  private static final int MAX_CLOCK_SKEW_SECONDS = 30;

  /** The token is missing or wrong; the message says why, on one line. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The keys cannot be read, so nothing can be said of the token. */
  static final class KeysUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeysUnavailable(Throwable cause) {
      super("the keys of tokens (JWT_JWKS) cannot be read", cause);
    }
  }

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String tenantClaim;

  TokenVerifier(Settings.TokenSettings settings) {
    tenantClaim = settings.tenantClaim();
    // The algorithms are listed, so neither "none" nor an HMAC with the public key as secret is
    // one.
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
        Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), keys(settings.jwks())));
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    var claims = new DefaultJWTClaimsVerifier<SecurityContext>(
        Set.of(settings.audience()),
        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
        Set.of("exp", tenantClaim),
        null);
    claims.setMaxClockSkew(MAX_CLOCK_SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  /** Keys that are read again when a token has an unknown one, so they can be rotated. */
  private static JWKSource<SecurityContext> keys(String jwks) {
    boolean remote = jwks.startsWith("https://");
    ResourceRetriever retriever = remote
        ? new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_KEYS_BYTES)
        : file -> new Resource(Files.readString(Path.of(jwks)), "application/json");
    try {
      if (!remote && !Files.isReadable(Path.of(jwks))) {
        throw Variables.refused("JWT_JWKS", jwks, "a file that can be read, or an https URL", null);
      }
      URL url =
          remote ? java.net.URI.create(jwks).toURL() : Path.of(jwks).toUri().toURL();
      return JWKSourceBuilder.<SecurityContext>create(url, retriever).build();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw Variables.refused("JWT_JWKS", jwks, "a file that can be read, or an https URL", e);
    }
  }

  /**
   * The tenant of a request.
   *
   * @param authorization the header
   * @throws Refused if the token is missing or wrong
   * @throws KeysUnavailable if the keys cannot be read
   */
  String tenant(@Nullable String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new Refused("the request has no token, expected: Authorization: Bearer TOKEN", null);
    }
    try {
      JWTClaimsSet claims =
          processor.process(authorization.substring(BEARER.length()).strip(), null);
      Object tenant = claims.getClaim(tenantClaim);
      if (!(tenant instanceof String text)) {
        throw new Refused("token refused: claim " + tenantClaim + " is not a text", null);
      }
      return text;
    } catch (RateLimitReachedException e) {
      // The keys were read a moment ago, since a token had an unknown one. So does this one.
      throw new Refused("token refused: its key is not one of JWT_JWKS", e);
    } catch (KeySourceException e) {
      throw new KeysUnavailable(e);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new Refused(
          "token refused: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }
}
