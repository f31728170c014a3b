package io.tierkeeper.lab.commands.pages;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Takes the calls of programs that a {@link Desk} does not really run, and answers each with what it prints. */
final class Calls implements AutoCloseable {

  /**
   * One call.
   *
   * @param program as it was called, such as {@code tools/image/build} or {@code helm}
   * @param directory where
   * @param words its arguments
   */
  record Call(String program, Path directory, List<String> words) {
    @Override
    public String toString() {
      return program + " " + String.join(" ", words);
    }
  }

  /** What a program does instead. */
  interface Program {
    /**
     * Checks a call, or runs it.
     *
     * @return what it prints
     * @throws IllegalArgumentException when the call is wrong; the message says why
     */
    String run(Call call) throws IOException;
  }

  private final HttpServer server;
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
  private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

  Calls(Program program) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      String[] words = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
          .split("\0", -1);
      // Each word ends in a NUL, so the last part is empty.
      Call call = new Call(
          words[0],
          Path.of(words[1]),
          List.copyOf(Arrays.asList(words).subList(2, words.length - 1)));
      calls.add(call);
      int status = 200;
      String answer;
      try {
        answer = program.run(call);
      } catch (IllegalArgumentException e) {
        answer = call + ": " + e.getMessage() + "\n";
        wrong.add(answer);
        status = 400;
      } catch (RuntimeException e) {
        answer = call + ": " + e + "\n";
        wrong.add(answer);
        status = 500;
      }
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    });
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** The calls that were wrong since the last time, whatever the shell made of their exit codes. */
  List<String> wrong() {
    List<String> taken = List.copyOf(wrong);
    wrong.clear();
    return taken;
  }

  /** All calls until now. */
  List<Call> all() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
