package io.tierkeeper.lab.kubeapi;

import java.util.Set;

/** Names of properties as rules write them: reserved words and signs that CEL does not take are escaped. */
final class CelNames {
  private static final Set<String> RESERVED = Set.of(
      "true",
      "false",
      "null",
      "in",
      "as",
      "break",
      "const",
      "continue",
      "else",
      "for",
      "function",
      "if",
      "import",
      "let",
      "loop",
      "package",
      "namespace",
      "return",
      "var",
      "void",
      "while");

  private CelNames() {}

  static String escape(String name) {
    if (RESERVED.contains(name)) {
      return "__" + name + "__";
    }
    return name.replace("__", "__underscores__")
        .replace(".", "__dot__")
        .replace("-", "__dash__")
        .replace("/", "__slash__");
  }
}
