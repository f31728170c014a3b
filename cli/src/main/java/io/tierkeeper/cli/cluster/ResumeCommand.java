package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.launcher.CommandName;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends pauses before their time. */
@Command(
    name = "resume",
    description = {
      "End pauses of a collection before their time.",
      "Ends those of the user, with --owner those of another owner, and with --any-owner all."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} resume kb")
public final class ResumeCommand extends PauseVerb {

  @Option(names = "--any-owner", description = "End the pauses of all owners.")
  boolean anyOwner;

  @Override
  Cluster.Change<TieredCollection> change(Cluster cluster, PrintWriter out) {
    String by = anyOwner ? "" : owner(cluster);
    return resource -> {
      List<TieredCollectionSpec.Pause> now = inForce(resource);
      List<TieredCollectionSpec.Pause> left =
          now.stream().filter(pause -> !anyOwner && !by.equals(pause.owner())).toList();
      String name = resource.getMetadata().getName();
      TieredCollection stored =
          left.size() == now.size() ? resource : store(cluster, resource, left);
      report(
          out,
          stored,
          left.size() == now.size()
              ? "TieredCollection " + name + " has no pause"
                  + (anyOwner ? "." : " of " + by + "." + others(name, left))
              : "TieredCollection " + name + " resumes: " + (now.size() - left.size())
                  + (now.size() - left.size() == 1 ? " pause" : " pauses") + " ended."
                  + others(name, left));
    };
  }

  private static String others(String name, List<TieredCollectionSpec.Pause> left) {
    return left.isEmpty()
        ? ""
        : " It stays paused by "
            + left.stream()
                .map(pause ->
                    pause.owner() + " until " + pause.until() + " (" + pause.reason() + ")")
                .collect(Collectors.joining(", "))
            + "; end these with: " + CommandName.of("resume " + name + " --any-owner");
  }
}
