package io.tierkeeper.operator.health;

import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads a probe of a running operator, since the image has no other HTTP client; {@code helm test} runs it. */
@Command(
    name = "probe",
    hidden = true,
    description = "Read a probe of a running operator until it is good.",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the answer was 200",
      ExitCode.FAILURE + ":there was no such answer within the timeout",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} probe http://tierkeeper.vectors:8080/healthz/ready",
    mixinStandardHelpOptions = true)
public final class ProbeCommand implements Subcommand, Callable<Integer> {
  private static final Duration ONE_READ = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int OK = 200;

  @Parameters(paramLabel = "URL", description = "Address of the probe.")
  String url = "";

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long to wait, such as 10s or 1m; default: ${DEFAULT-VALUE}.",
      defaultValue = "10s")
  String timeout = "10s";

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    HttpRequest request = request();
    long end = System.nanoTime() + limit().toNanos();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(ONE_READ).build()) {
      while (true) {
        String answer;
        try {
          HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
          answer = response.body().strip();
          if (response.statusCode() == OK) {
            Objects.requireNonNull(spec).commandLine().getOut().println(answer);
            return ExitCode.OK;
          }
          answer = "status " + response.statusCode() + ": " + answer;
        } catch (IOException e) {
          answer = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
        }
        if (System.nanoTime() - end > 0) {
          Objects.requireNonNull(spec)
              .commandLine()
              .getErr()
              .println("tierkeeper: " + url + " is not good after " + timeout + ": " + answer);
          return ExitCode.FAILURE;
        }
        LockSupport.parkNanos(POLL.toNanos());
      }
    }
  }

  private HttpRequest request() {
    try {
      return HttpRequest.newBuilder(URI.create(url)).timeout(ONE_READ).build();
    } catch (IllegalArgumentException e) {
      throw new UsageException("URL " + url + " must be http://HOST:PORT/PATH");
    }
  }

  private Duration limit() {
    try {
      Duration parsed = Duration.parse("PT" + timeout.toUpperCase(Locale.ROOT));
      if (!parsed.isNegative()) {
        return parsed;
      }
    } catch (DateTimeParseException e) {
      // Reported below.
    }
    throw new UsageException("--timeout " + timeout + " must be a duration such as 10s or 1m");
  }
}
