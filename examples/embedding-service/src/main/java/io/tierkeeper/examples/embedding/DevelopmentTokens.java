package io.tierkeeper.examples.embedding;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** A key pair and tokens for trying the service. In production an identity provider has the private key. */
final class DevelopmentTokens {

  static final String PRIVATE = "private.jwk.json";
  static final String PUBLIC = "jwks.json";

  private DevelopmentTokens() {}

  /** Writes a key pair for ES256 into a directory. */
  static void writeKeys(Path directory) throws IOException, JOSEException {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    Files.createDirectories(directory);
    Path file = directory.resolve(PRIVATE);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, key.toJSONString());
    Files.writeString(directory.resolve(PUBLIC), new JWKSet(key.toPublicJWK()).toString());
  }

  /** A token of a tenant. */
  static String token(
      Path directory, Settings.TokenSettings settings, String tenant, Duration lifetime)
      throws IOException, JOSEException, ParseException {
    ECKey key = ECKey.parse(Files.readString(directory.resolve(PRIVATE)));
    Instant now = Instant.now();
    SignedJWT token = new SignedJWT(
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(JOSEObjectType.JWT)
            .keyID(key.getKeyID())
            .build(),
        new JWTClaimsSet.Builder()
            .issuer(settings.issuer())
            .audience(settings.audience())
            .claim(settings.tenantClaim(), tenant)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(lifetime)))
            .build());
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }
}
