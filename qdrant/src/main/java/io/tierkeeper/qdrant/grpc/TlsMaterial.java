package io.tierkeeper.qdrant.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.CertificateUtils;
import io.tierkeeper.qdrant.QdrantEndpoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Trust and identity from PEM files, for the gRPC channels and the REST client alike; null means the system's. */
record TlsMaterial(TrustManager @Nullable [] trust, KeyManager @Nullable [] identity) {

  /** Reads the files that are named; a wrong one is refused with its path. */
  static TlsMaterial read(QdrantEndpoints endpoints) {
    return new TlsMaterial(
        endpoints.trustedCa() == null ? null : trustOf(endpoints.trustedCa()),
        identityOf(endpoints.clientCertificate(), endpoints.clientKey()));
  }

  ChannelCredentials channelCredentials() {
    TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
    if (trust != null) {
      credentials.trustManager(trust);
    }
    if (identity != null) {
      credentials.keyManager(identity);
    }
    return credentials.build();
  }

  /** @param name that certificates must have; null where each must have the host that is connected to */
  SSLContext sslContext(@Nullable String name) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          identity,
          name == null ? trust : new TrustManager[] {new NamedServerTrust(name, authorities())},
          new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime offers no TLS", e);
    }
  }

  private X509TrustManager authorities() throws GeneralSecurityException {
    TrustManager[] managers = trust;
    if (managers == null) {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      managers = factory.getTrustManagers();
    }
    return Arrays.stream(managers)
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("no trust manager for X.509"));
  }

  private static TrustManager[] trustOf(Path ca) {
    try {
      KeyStore store = emptyStore();
      int number = 0;
      for (X509Certificate certificate : certificates(ca)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "trustedCa " + ca + " is not a readable PEM file of certificates", e);
    }
  }

  private static KeyManager @Nullable [] identityOf(
      @Nullable Path certificate, @Nullable Path key) {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new IllegalArgumentException(
          "clientCertificate and clientKey belong together, only one of them is given: "
              + (certificate == null ? key : certificate));
    }
    try (InputStream in = Files.newInputStream(key)) {
      PrivateKey privateKey = CertificateUtils.getPrivateKey(in);
      KeyStore store = emptyStore();
      store.setKeyEntry("client", privateKey, new char[0], certificates(certificate));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "clientCertificate "
              + certificate
              + " and clientKey "
              + key
              + " are not a readable PEM pair (the key unencrypted, PKCS#8)",
          e);
    }
  }

  private static X509Certificate[] certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] certificates = CertificateUtils.getX509Certificates(in);
      if (certificates.length == 0) {
        throw new IOException(file + " holds no certificate");
      }
      return certificates;
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }
}
