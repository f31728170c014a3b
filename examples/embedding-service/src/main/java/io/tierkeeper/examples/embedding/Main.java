package io.tierkeeper.examples.embedding;

import io.tierkeeper.client.TenantClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** {@code serve} starts the service; {@code keys} and {@code token} make what is needed to try it. */
public final class Main {

  private static final String USAGE = """
      usage: embedding-service            starts the service; README.md has its variables
             embedding-service keys DIR   writes a key pair: DIR/jwks.json for JWT_JWKS, DIR/private.jwk.json
             embedding-service token DIR TENANT [MINUTES]   prints a token of that key""";

  private static final int DEFAULT_MINUTES = 60;

  private Main() {}

  /** Exit code 2 for a wrong command or variable, 1 where database or Qdrant do not answer. */
  public static void main(String[] arguments) throws Exception {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    List<String> words = List.of(arguments);
    try {
      if (words.isEmpty()) {
        serve();
      } else if (words.size() == 2 && words.getFirst().equals("keys")) {
        DevelopmentTokens.writeKeys(Path.of(words.get(1)));
      } else if (words.size() >= 3 && words.size() <= 4 && words.getFirst().equals("token")) {
        printToken(words);
      } else {
        System.err.println(USAGE);
        System.exit(2);
      }
    } catch (Variables.InvalidSetting e) {
      System.err.println(e.getMessage());
      System.exit(2);
    } catch (TenantClientException e) {
      System.err.println("Qdrant: " + e.getMessage());
      System.exit(1);
    } catch (java.sql.SQLException e) {
      System.err.println("DATABASE_URL: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void serve() throws Exception {
    Service service = Service.start(Settings.from(System.getenv()));
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    System.out.println("listening on port " + service.port());
  }

  private static void printToken(List<String> words) throws Exception {
    Path directory = Path.of(words.get(1));
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent(
        "JWT_JWKS", directory.resolve(DevelopmentTokens.PUBLIC).toString());
    long minutes = words.size() == 3 ? DEFAULT_MINUTES : Long.parseLong(words.get(3));
    System.out.println(DevelopmentTokens.token(
        directory, Settings.from(environment).tokens(), words.get(2), Duration.ofMinutes(minutes)));
  }
}
