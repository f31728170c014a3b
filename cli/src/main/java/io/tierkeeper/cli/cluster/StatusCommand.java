package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints collections, tenants and moves as a tree. */
@Command(
    name = "status",
    description = "Show collections, tenants and moves as a tree, and what each waits for.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:settled: nothing moves or waits",
      "1:the command failed",
      "2:an argument cannot be used",
      "3:a move is in progress, or something waits for an approval, a window or the operator",
      "4:something is stalled and does not continue by itself"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} status kb --watch      follow one collection",
      "  ${ROOT-COMMAND-NAME} status -A -o json      every namespace, for a program"
    })
public final class StatusCommand extends ClusterVerb {

  /** Several changes in a row are shown once. */
  private static final Duration CALM = Duration.ofMillis(300);

  /** Remaining times in the output grow old without any change. */
  private static final Duration REFRESH = Duration.ofSeconds(30);

  private static final int MAX_WAITS = 5;
  private static final int MAX_LIMIT = 100_000;

  @Parameters(
      arity = "0..1",
      paramLabel = "COLLECTION",
      description = "Only this TieredCollection.")
  @Nullable
  String collection;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  boolean everywhere;

  @Option(
      names = {"-w", "--watch"},
      description = "Print again after each change, until Ctrl-C.")
  boolean watch;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Most tenants at rest that are shown of each collection; those that move, wait or stall are always shown. Default: ${DEFAULT-VALUE}.")
  int limit;

  @Override
  int run(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    if (limit < 0 || limit > MAX_LIMIT) {
      throw new UsageException("--limit " + limit + " must be between 0 and " + MAX_LIMIT);
    }
    return watch ? follow(cluster, out) : show(cluster, out);
  }

  private int show(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    Fleet fleet = Fleet.read(cluster, everywhere);
    if (collection != null) {
      // Names the collections that there are.
      fleet.collection(collection, cluster.namespace());
    }
    StatusReport report = StatusReport.of(fleet, collection, limit);
    if (output.structured()) {
      output.print(out, report);
    } else if (report.collections().isEmpty()) {
      err()
          .println("No TieredCollections found"
              + (everywhere ? "." : " in namespace " + cluster.namespace() + "."));
    } else {
      new StatusText(out, everywhere, output.wide()).print(report);
    }
    return report.exitCode();
  }

  private int follow(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    Semaphore changed = new Semaphore(0);
    List<Watch> watches = new ArrayList<>();
    try {
      watches.add(watch(cluster, TieredCollection.class, changed));
      watches.add(watch(cluster, TenantTier.class, changed));
      watches.add(watch(cluster, TierMove.class, changed));
      String before = "";
      while (true) {
        StringWriter text = new StringWriter();
        show(cluster, new PrintWriter(text));
        if (!text.toString().equals(before)) {
          before = text.toString();
          if (prompt.interactive() && !output.structured()) {
            // Clears the terminal, and puts the cursor into its first line.
            out.print("\u001b[H\u001b[2J\u001b[3J");
          } else if (!output.structured()) {
            out.println("# " + clock.instant());
          }
          out.print(before);
          out.flush();
        }
        boolean more = changed.tryAcquire(REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        for (int wait = 0; more && wait < MAX_WAITS; wait++) {
          changed.drainPermits();
          more = changed.tryAcquire(CALM.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException("interrupted");
    } finally {
      watches.forEach(Watch::close);
    }
  }

  private <T extends HasMetadata> Watch watch(Cluster cluster, Class<T> kind, Semaphore changed) {
    Watcher<T> ring = new Watcher<>() {
      @Override
      public void eventReceived(Action action, T resource) {
        changed.release();
      }

      @Override
      public void onClose(WatcherException cause) {
        // The list after the next refresh shows what a lost watch has missed.
      }
    };
    return everywhere
        ? cluster.client().resources(kind).inAnyNamespace().watch(ring)
        : cluster.client().resources(kind).inNamespace(cluster.namespace()).watch(ring);
  }
}
