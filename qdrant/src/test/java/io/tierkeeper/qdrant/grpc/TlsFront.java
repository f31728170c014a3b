package io.tierkeeper.qdrant.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Accepts TLS at an address and passes the bytes on to a plain port of this machine. */
final class TlsFront implements AutoCloseable {

  private final SSLServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /**
   * A certificate that is its own authority.
   *
   * @param context of a server with it
   * @param authority the certificate as PEM
   */
  record Certificate(SSLContext context, Path authority) {

    /** @param names in the notation of keytool, such as {@code dns:a.example,ip:127.0.0.1} */
    static Certificate make(Path directory, String names) throws Exception {
      Path store = directory.resolve("server.p12");
      Path pem = directory.resolve("ca.crt");
      Files.deleteIfExists(store);
      Files.deleteIfExists(pem);
      keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=" + names);
      keytool(store, "-exportcert", "-rfc", "-file", pem.toString());
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, "changeit".toCharArray());
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, "changeit".toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return new Certificate(context, pem);
    }

    private static void keytool(Path store, String... arguments) throws Exception {
      List<String> command = new ArrayList<>(
          List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
      command.addAll(List.of(arguments));
      command.addAll(List.of("-alias", "server", "-storetype", "PKCS12"));
      command.addAll(List.of("-storepass", "changeit", "-keystore", store.toString()));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
    }
  }

  private TlsFront(SSLServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  /** @param port 0 takes a free one */
  static TlsFront open(Certificate certificate, String host, int port, int target)
      throws IOException {
    TlsFront front = new TlsFront(
        (SSLServerSocket) certificate
            .context()
            .getServerSocketFactory()
            .createServerSocket(port, 50, InetAddress.getByName(host)),
        target);
    Thread.ofVirtual().start(front::accept);
    return front;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        SSLSocket client = (SSLSocket) server.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SSLSocket client) {
    try {
      SSLParameters parameters = client.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      client.setSSLParameters(parameters);
      client.startHandshake();
      Socket plain = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(plain);
      Thread.ofVirtual().start(() -> pipe(plain, client));
      pipe(client, plain);
    } catch (IOException e) {
      close(client);
    }
  }

  private static void pipe(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // One side has closed.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(TlsFront::close);
  }
}
