package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.Prompt;
import io.tierkeeper.launcher.Subcommand;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to the Kubernetes API. */
abstract class ClusterVerb implements Subcommand, Callable<Integer> {

  @Mixin
  ClusterOptions where = new ClusterOptions();

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  /** What the user is asked; a test answers itself. */
  Prompt prompt = Prompt.terminal();

  /** The time that remaining times are counted from. */
  InstantSource clock = InstantSource.system();

  /** Does the work; returns the exit code. */
  abstract int run(Cluster cluster, PrintWriter out) throws JsonProcessingException;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Cluster cluster = where.open()) {
      try {
        return run(cluster, out);
      } catch (KubernetesClientException e) {
        throw cluster.failure(e);
      }
    }
  }

  /** Where remarks go that are not the result. */
  PrintWriter err() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /** Prints what was changed: the object for a program, else a sentence. */
  void report(PrintWriter out, HasMetadata changed, String sentence)
      throws JsonProcessingException {
    if (output.structured()) {
      output.print(out, changed);
    } else {
      out.println(sentence);
    }
    GitOwner.of(changed)
        .ifPresent(owner -> err()
            .println("note: " + changed.getKind() + " " + changed.getMetadata().getName()
                + " is applied by " + owner
                + ", which may take the change back; make it in Git as well"));
  }
}
