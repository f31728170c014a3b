package io.tierkeeper.governance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TenantOrderTest {
  @Property(tries = 1000)
  void sortsAsStringsCompare(@ForAll("names") List<String> names) {
    Regime[] regimes = names.stream()
        .map(name -> Regime.first(name, 1, TierState.FALLBACK))
        .toArray(Regime[]::new);

    Regime[] sorted = TenantOrder.sort(regimes);

    assertThat(sorted)
        .extracting(Regime::tenant)
        .containsExactlyElementsOf(names.stream().sorted().toList());
  }

  @Provide
  Arbitrary<List<String>> names() {
    Arbitrary<String> prefix = Arbitraries.of("", "tenant-", "größe/", "客户-", "a\u0000");
    Arbitrary<String> narrow =
        Arbitraries.strings().withChars("ab\u0000\u00ff0").ofMaxLength(12);
    Arbitrary<String> wide =
        Arbitraries.strings().withChars("ab\u0000\u0100\uffff\ud83d").ofMaxLength(7);
    return Combinators.combine(prefix, Arbitraries.of(narrow, wide))
        .flatAs((start, rest) -> rest.map(end -> start + end).list().ofMaxSize(70));
  }
}
