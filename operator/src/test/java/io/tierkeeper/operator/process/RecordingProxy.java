package io.tierkeeper.operator.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.NullUnmarked;

/** A wire between one client and one server: it can be cut, and it knows when the client last sent a byte. */
@NullUnmarked
final class RecordingProxy implements AutoCloseable {
  private static final long NEVER = Long.MIN_VALUE;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile long firstByte = NEVER;
  private volatile long lastByte = NEVER;

  /** @param port 0 for a free one */
  RecordingProxy(String address, int port, int targetPort) throws IOException {
    listener = new ServerSocket(port, 50, InetAddress.getByName(address));
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Drops all traffic but keeps connections open, as in a network partition. */
  void cut() {
    cut = true;
  }

  /** {@link System#nanoTime()} of the first and the last byte from the client. */
  boolean used() {
    return firstByte != NEVER;
  }

  long firstByte() {
    return firstByte;
  }

  long lastByte() {
    return lastByte;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        if (cut) {
          continue; // accepted by the kernel, never answered
        }
        Socket server = new Socket();
        server.connect(target);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pass(client, server, true));
        Thread.ofVirtual().start(() -> pass(server, client, false));
      } catch (IOException e) {
        // the listener was closed, or the server is not there: the client sees its connection end
      }
    }
  }

  private void pass(Socket from, Socket to, boolean fromClient) {
    byte[] buffer = new byte[16 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read = in.read(buffer);
      while (read >= 0) {
        if (cut) {
          return;
        }
        if (fromClient) {
          long now = System.nanoTime();
          lastByte = now;
          firstByte = firstByte == NEVER ? now : firstByte;
        }
        out.write(buffer, 0, read);
        out.flush();
        read = in.read(buffer);
      }
    } catch (IOException e) {
      // one side has gone; the other learns it below
    }
    if (!cut) {
      drop(from);
      drop(to);
    }
  }

  private void drop(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(this::drop);
  }
}
