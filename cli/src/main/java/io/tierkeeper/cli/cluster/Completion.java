package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.launcher.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What may follow on a command line: commands, options, their values, and names from the cluster. */
final class Completion {

  /** Directives of the protocol that kubectl and other programs of its kind use. */
  private static final String FILES = ":0";

  private static final String NO_FILES = ":4";

  private final CommandLine root;

  /** @param root with all commands */
  Completion(CommandLine root) {
    this.root = root;
  }

  /**
   * The candidates, each with a description behind a tab, and a directive as the last line.
   *
   * @param words after the name of the program; the last one is the one to complete, and may be empty
   */
  List<String> complete(List<String> words) {
    CommandSpec command = root.getCommandSpec();
    @Nullable OptionSpec pending = null;
    Map<String, String> given = new HashMap<>();
    int positional = 0;
    List<String> before = words.subList(0, Math.max(0, words.size() - 1));
    for (String word : before) {
      if (pending != null) {
        given.put(pending.longestName(), word);
        pending = null;
      } else if (word.startsWith("-")) {
        OptionSpec option = command.findOption(word);
        pending = option != null && option.arity().max() > 0 ? option : null;
      } else if (command.subcommands().containsKey(word)) {
        command = Objects.requireNonNull(command.subcommands().get(word)).getCommandSpec();
      } else {
        positional++;
      }
    }
    String last = words.isEmpty() ? "" : words.getLast();
    Answer answer = pending != null
        ? value(pending, given)
        : last.startsWith("-") ? options(command) : arguments(command, positional, given);
    List<String> lines = new ArrayList<>(answer.candidates().stream()
        .filter(candidate -> candidate.startsWith(last))
        .sorted()
        .distinct()
        .toList());
    lines.add(answer.files() ? FILES : NO_FILES);
    return lines;
  }

  /** Candidates, and whether files are as well. */
  private record Answer(List<String> candidates, boolean files) {}

  private static Answer options(CommandSpec command) {
    return new Answer(
        command.options().stream()
            .filter(option -> !option.hidden())
            .map(option -> described(option.longestName(), option.description()))
            .toList(),
        false);
  }

  private Answer arguments(CommandSpec command, int index, Map<String, String> given) {
    List<String> candidates = new ArrayList<>();
    if (index == 0) {
      command.subcommands().forEach((name, line) -> {
        CommandSpec spec = line.getCommandSpec();
        if (!spec.usageMessage().hidden()) {
          candidates.add(described(name, spec.usageMessage().description()));
        }
      });
    }
    String label = command.positionalParameters().stream()
        .filter(parameter -> parameter.index().contains(index))
        .map(PositionalParamSpec::paramLabel)
        .findFirst()
        .orElse("");
    return switch (label) {
      case "TENANT" -> new Answer(tenants(given), false);
      case "COLLECTION" -> new Answer(collections(given), false);
      case "SHELL" -> new Answer(CompletionCommand.SHELLS, false);
      case "FILE", "AUDIT" -> new Answer(candidates, true);
      default -> new Answer(candidates, false);
    };
  }

  private Answer value(OptionSpec option, Map<String, String> given) {
    return switch (option.longestName()) {
      case "--output" -> new Answer(formats(option), false);
      case "--namespace" -> new Answer(namespaces(given), false);
      case "--context" -> new Answer(contexts(given), false);
      case "--collection" -> new Answer(collections(given), false);
      default ->
        option.type().isEnum()
            ? new Answer(
                Arrays.stream(option.type().getEnumConstants())
                    .map(Object::toString)
                    .toList(),
                false)
            : new Answer(List.of(), true);
    };
  }

  private static List<String> formats(OptionSpec option) {
    return option.type().isEnum()
        ? Arrays.stream(option.type().getEnumConstants())
            .map(format -> format.toString().toLowerCase(Locale.ROOT))
            .toList()
        : List.of();
  }

  private List<String> tenants(Map<String, String> given) {
    return asked(given, cluster -> {
      Fleet fleet = Fleet.read(cluster, false);
      return fleet.collections().stream()
          .flatMap(collection -> fleet.tenants(collection).stream())
          .map(subject -> subject.tenant() + "\t" + subject.presentTier()
              + subject.open().map(move -> ", " + move.getMetadata().getName()).orElse(""))
          .toList();
    });
  }

  private List<String> collections(Map<String, String> given) {
    return asked(given, cluster -> names(cluster.list(TieredCollection.class, false)));
  }

  private List<String> namespaces(Map<String, String> given) {
    return asked(given, cluster -> names(cluster.list(Namespace.class, true)));
  }

  private List<String> contexts(Map<String, String> given) {
    try {
      ClusterOptions options = new ClusterOptions();
      parse(options, without(given, "--context"));
      return options.cluster.config().getContexts().stream()
          .map(NamedContext::getName)
          .toList();
    } catch (UsageException e) {
      return List.of();
    }
  }

  private static List<String> names(List<? extends HasMetadata> resources) {
    return resources.stream().map(resource -> resource.getMetadata().getName()).toList();
  }

  /** Reads names from a cluster. */
  private interface Question {
    List<String> ask(Cluster cluster);
  }

  /** A cluster that does not answer is no reason to print into the line that the user is typing. */
  private static List<String> asked(Map<String, String> given, Question question) {
    ClusterOptions options = new ClusterOptions();
    try {
      parse(options, given);
      try (Cluster cluster = options.open()) {
        return question.ask(cluster);
      }
    } catch (UsageException | KubernetesClientException e) {
      return List.of();
    }
  }

  private static Map<String, String> without(Map<String, String> given, String option) {
    Map<String, String> rest = new HashMap<>(given);
    rest.remove(option);
    return rest;
  }

  private static void parse(ClusterOptions options, Map<String, String> given) {
    List<String> words = new ArrayList<>();
    for (String option : List.of("--kubeconfig", "--context", "--namespace")) {
      if (given.containsKey(option)) {
        words.add(option);
        words.add(given.get(option));
      }
    }
    CommandSpec spec =
        CommandSpec.create().addMixin("cluster", CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(words.toArray(String[]::new));
  }

  /** A candidate with the first sentence of its description. */
  private static String described(String name, String[] description) {
    String text = description.length == 0 ? "" : description[0].split("[.:;] |\\.$", 2)[0];
    return text.isEmpty() ? name : name + "\t" + text.replace("%%", "%");
  }
}
