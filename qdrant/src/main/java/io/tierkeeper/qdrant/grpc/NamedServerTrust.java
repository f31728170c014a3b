package io.tierkeeper.qdrant.grpc;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts servers whose certificate has one name, whatever address they are connected by. The JDK's HTTP client would compare
 * the certificate with the address, and leaves the comparison to an extended trust manager if there is one.
 */
final class NamedServerTrust extends X509ExtendedTrustManager {

  /** The type of a DNS name among the alternative names of a certificate, RFC 5280. */
  private static final int DNS_NAME = 2;

  private final String name;
  private final X509TrustManager authorities;

  /**
   * @param name a DNS name
   * @param authorities verify the chain of certificates
   */
  NamedServerTrust(String name, X509TrustManager authorities) {
    this.name = name.toLowerCase(Locale.ROOT);
    this.authorities = authorities;
  }

  private void verify(X509Certificate[] chain, String authType) throws CertificateException {
    authorities.checkServerTrusted(chain, authType);
    TreeSet<String> names = new TreeSet<>();
    Collection<List<?>> alternatives = chain[0].getSubjectAlternativeNames();
    for (List<?> alternative : Objects.requireNonNullElse(alternatives, List.<List<?>>of())) {
      if (Integer.valueOf(DNS_NAME).equals(alternative.get(0))) {
        names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
      }
    }
    if (names.stream().noneMatch(this::matches)) {
      throw new CertificateException(
          "certificate has the DNS names " + names + "; required: " + name);
    }
  }

  /** RFC 6125: a wildcard stands for the whole left-most label, and for one label only. */
  private boolean matches(String pattern) {
    if (!pattern.startsWith("*.")) {
      return pattern.equals(name);
    }
    int dot = name.indexOf('.');
    String rest = pattern.substring(1);
    return dot > 0 && rest.indexOf('.', 1) > 0 && name.substring(dot).equals(rest);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    verify(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    verify(chain, authType);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    verify(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("not a server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
