package io.tierkeeper.lab.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports for servers that do not choose one themselves. */
public final class FreePorts {
  private FreePorts() {}

  /** A port of the loopback address that no process listens on. */
  public static int one() throws IOException {
    return of(1).getFirst();
  }

  /** Several of them, all different. */
  public static List<Integer> of(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
