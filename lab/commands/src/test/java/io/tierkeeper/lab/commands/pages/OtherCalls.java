package io.tierkeeper.lab.commands.pages;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.lab.testbed.Chart;
import io.tierkeeper.lab.testbed.Checkout;
import io.tierkeeper.launcher.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What a call of {@code mvn}, {@code helm}, a script in {@code tools/} or a container engine names exists. */
final class OtherCalls {

  private static final Set<String> GOALS = Set.of("test", "package", "verify", "spotless:apply");
  private static final String RELEASE = "tierkeeper";

  private OtherCalls() {}

  /** Maven: its modules, test classes, test methods and properties. */
  static String maven(Calls.Call call) throws IOException {
    CommandSpec spec = CommandSpec.create()
        .addOption(option(String.class, "-pl"))
        .addOption(option(boolean.class, "-am"))
        .addOption(option(boolean.class, "-q"))
        .addOption(list("-D"))
        .addPositional(
            PositionalParamSpec.builder().type(List.class).arity("1..*").build());
    ParseResult parsed = parse(spec, call);
    for (String goal : parsed.matchedPositionalValue(0, List.<String>of())) {
      require(GOALS.contains(goal), "goal " + goal + " is not one of " + GOALS);
    }
    String modules = parsed.matchedOptionValue("-pl", "");
    for (String module : modules.split(",", -1)) {
      require(
          Files.exists(Checkout.file(module).resolve("pom.xml")),
          "module " + module + " is absent");
    }
    for (String property : parsed.matchedOptionValue("-D", List.<String>of())) {
      String[] parts = property.split("=", 2);
      if (Set.of("test", "it.test").contains(parts[0])) {
        for (String test : parts[1].split(",", -1)) {
          requireTest(modules, test);
        }
      } else {
        require(isRead(parts[0]), "neither a pom.xml nor a test nor a plugin reads " + parts[0]);
      }
    }
    return "";
  }

  private static void requireTest(String modules, String test) throws IOException {
    if (test.equals("NONE")) {
      return;
    }
    String[] parts = test.split("#", 2);
    try (Stream<Path> files = Files.walk(Checkout.file(modules).resolve("src/test"))) {
      Path source = files
          .filter(file -> file.getFileName().toString().equals(parts[0] + ".java"))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("module " + modules + " has no test " + parts[0]));
      require(
          parts.length == 1 || Files.readString(source).contains("void " + parts[1] + "("),
          parts[0] + " has no method " + parts[parts.length - 1]);
    }
  }

  private static boolean isRead(String property) throws IOException {
    if (Set.of("skipTests", "surefire.failIfNoSpecifiedTests", "failsafe.failIfNoSpecifiedTests")
        .contains(property)) {
      return true;
    }
    try (Stream<Path> files = Files.walk(Checkout.file(""))) {
      return files
          .filter(file -> file.endsWith("pom.xml")
              || (file.toString().endsWith(".java") && file.toString().contains("/src/test/")))
          .anyMatch(file -> {
            try {
              String text = Files.readString(file);
              return text.contains("<" + property + ">") || text.contains("\"" + property + "\"");
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
    }
  }

  /** Helm: its options, and the chart rendered with the values of {@code --set}, which its schema checks. */
  static String helm(Calls.Call call) {
    CommandSpec helm = CommandSpec.create();
    for (String verb : List.of("install", "upgrade", "rollback", "test", "uninstall", "template")) {
      CommandSpec spec = CommandSpec.create()
          .addOption(option(String.class, "--namespace", "-n"))
          .addPositional(PositionalParamSpec.builder()
              .index("0")
              .type(String.class)
              .required(true)
              .build());
      if (Set.of("install", "upgrade", "template").contains(verb)) {
        spec.addPositional(PositionalParamSpec.builder()
            .index("1")
            .type(String.class)
            .required(true)
            .build());
        spec.addOption(option(boolean.class, "--create-namespace"))
            .addOption(option(boolean.class, "--wait"))
            .addOption(list("--set"));
      }
      if (verb.equals("upgrade")) {
        spec.addOption(option(boolean.class, "--reuse-values"));
      }
      if (verb.equals("uninstall")) {
        spec.addOption(option(boolean.class, "--no-hooks"));
      }
      helm.addSubcommand(verb, spec);
    }
    ParseResult parsed = parse(helm, call);
    require(parsed.hasSubcommand(), "no command");
    ParseResult verb = parsed.subcommand();
    String release = verb.matchedPositionalValue(0, "");
    require(release.equals(RELEASE), "release " + release + "; every page has " + RELEASE);
    String namespace = verb.matchedOptionValue("--namespace", "default");
    if (verb.hasMatchedPositional(1)) {
      Path chart = call.directory().resolve(verb.matchedPositionalValue(1, ""));
      require(Files.exists(chart.resolve("Chart.yaml")), "there is no chart in " + chart);
      Map<String, String> values = new LinkedHashMap<>();
      for (String set : verb.matchedOptionValue("--set", List.<String>of())) {
        String[] parts = set.split("=", 2);
        require(parts.length == 2, "--set " + set + " has no value");
        if (parts[1].matches("\\{.*}")) {
          // The renderer takes this form of a list literally.
          String[] items = parts[1].substring(1, parts[1].length() - 1).split(",", -1);
          for (int i = 0; i < items.length; i++) {
            values.put(parts[0] + "[" + i + "]", items[i]);
          }
        } else {
          values.put(parts[0], parts[1]);
        }
      }
      try {
        require(!Chart.render(namespace, values).isEmpty(), "the chart renders nothing");
      } catch (IllegalStateException e) {
        throw new IllegalArgumentException(
            "the chart refuses " + values + ": " + e.getMessage(), e);
      }
    } else if (call.words().contains("test")) {
      require(!Chart.tests(namespace, "{}").isEmpty(), "the chart has no test");
    }
    return "";
  }

  /** A script of the checkout: each option is one that its text has. */
  static String script(Calls.Call call, String name) throws IOException {
    String text = Files.readString(Checkout.file(name));
    for (String word : call.words()) {
      require(!word.startsWith("-") || text.contains(word), name + " has no option " + word);
    }
    return "";
  }

  /** The benchmarks: the script, and the class of the benchmark that it starts. */
  static String bench(Calls.Call call) throws IOException {
    String text = Files.readString(Checkout.file("tools/bench"));
    String benchmark = call.words().getFirst();
    require(
        text.matches("(?s).*\\n *(\\w+ \\| )*" + benchmark + "( \\| \\w+)*\\).*"),
        "tools/bench has no benchmark " + benchmark);
    try (Stream<Path> files = Files.walk(Checkout.file("lab/benchmarks/src/main/java"))) {
      List<Path> sources = files.filter(Files::isRegularFile).toList();
      for (String word : call.words()) {
        boolean known = !word.startsWith("-");
        for (Path source : sources) {
          known = known || Files.readString(source).contains("\"" + word + "\"");
        }
        require(known, "no benchmark has the option " + word);
      }
    }
    return "";
  }

  /** Needs a container engine, which no test has; an image that a page names is the one that is built. */
  static String engine(Calls.Call call) {
    for (String word : call.words()) {
      if (word.startsWith("tierkeeper/tierkeeper:")) {
        require(
            word.endsWith(":" + Main.version()),
            "image " + word + "; this version is " + Main.version());
      }
    }
    return "";
  }

  /** kubectl, of what needs a kubelet: the chart has the object. */
  static String kubelet(Calls.Call call) {
    Map<String, String> kinds = Map.of("deploy", "Deployment", "job", "Job");
    for (String word : call.words()) {
      String[] object = word.split("/", 2);
      if (word.equals("--")) {
        return "";
      }
      if (object.length == 2 && kinds.containsKey(object[0])) {
        require(
            Stream.concat(
                    Chart.render(Map.of()).stream(), Chart.hooks("vectors", Map.of()).stream())
                .filter(each -> each.getKind().equals(kinds.get(object[0])))
                .map(HasMetadata::getMetadata)
                .anyMatch(metadata -> metadata.getName().equals(object[1])),
            "the chart has no " + word);
      }
    }
    return "";
  }

  private static OptionSpec option(Class<?> type, String... names) {
    return OptionSpec.builder(names).type(type).build();
  }

  private static OptionSpec list(String name) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .build();
  }

  private static ParseResult parse(CommandSpec spec, Calls.Call call) {
    try {
      return new CommandLine(spec).parseArgs(call.words().toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(
          e.getMessage() + "; if it exists, add it to " + OtherCalls.class.getSimpleName(), e);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
