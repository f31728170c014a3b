package io.tierkeeper.client;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Values of tenants that are meant to be mistaken for those of other tenants. */
final class HostileTenants {

  static final List<String> CHOSEN = List.of(
      "default",
      "*",
      "%",
      "?",
      ".*",
      "null",
      "true",
      "7",
      "acme ",
      " acme",
      "Acme",
      "acme\u0000",
      "acme\u200b",
      "ac\u00adme",
      "ａｃｍｅ",
      "acmé",
      "acme\u0301",
      "acme/other",
      "acme,other",
      "acme\nother",
      "\"acme\"",
      "acme' OR '1'='1",
      "{\"match\":{\"any\":[\"acme\",\"other\"]}}",
      "[\"acme\",\"other\"]",
      "group_id",
      "../other",
      "\uD83D\uDE00",
      "\uD800",
      "tierkeeper/x",
      "");

  private HostileTenants() {}

  /** Chosen ones, those of any characters (also halves of surrogate pairs), and such that differ in one character. */
  static Arbitrary<String> any() {
    return Arbitraries.oneOf(
        Arbitraries.of(CHOSEN),
        Arbitraries.strings().all().ofMinLength(1).ofMaxLength(12),
        Arbitraries.strings().withChars("ab\u0301 \"{}[],.*").ofMinLength(1).ofMaxLength(4),
        Arbitraries.strings().ascii().ofLength(300));
  }
}
