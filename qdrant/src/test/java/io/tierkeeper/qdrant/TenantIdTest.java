package io.tierkeeper.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantIdTest {

  @Property
  void parseFindsTheTenantOfItsText(
      @ForAll("tenants") TenantId tenant, @ForAll TenantId.Kind index) {
    assertThat(TenantId.parse(tenant.text(index), index)).isEqualTo(tenant);
  }

  @Property
  void everyTextIsTheTextOfTheTenantThatItParsesTo(
      @ForAll("texts") String text, @ForAll TenantId.Kind index) {
    assertThat(TenantId.parse(text, index).text(index)).isEqualTo(text);
  }

  @Property
  void twoTenantsHaveTwoTexts(
      @ForAll("tenants") TenantId one,
      @ForAll("tenants") TenantId other,
      @ForAll TenantId.Kind index) {
    assertThat(one.text(index).equals(other.text(index))).isEqualTo(one.equals(other));
  }

  @Property
  void aTenantOfTheKindOfTheIndexHasItsPlainValueAsText(@ForAll("tenants") TenantId tenant) {
    if (!ReservedNames.isReserved(tenant)) {
      assertThat(tenant.text(tenant.kind())).isEqualTo(tenant.toString());
    }
  }

  @Property
  void aKeyAndItsTenantHaveTheSameValue(@ForAll("tenants") TenantId tenant) {
    assertThat(ShardKey.of(tenant).tenant()).isEqualTo(tenant);
    assertThat(ShardKey.of(tenant)).hasToString(tenant.toString());
  }

  @ParameterizedTest
  @CsvSource({
    // With a keyword index, digits are a keyword.
    "KEYWORD, acme, acme, ",
    "KEYWORD, 7, 7, ",
    "KEYWORD, tierkeeper/number/7, , 7",
    "KEYWORD, tierkeeper/number/0, , 0",
    "KEYWORD, tierkeeper/number/9223372036854775807, , 9223372036854775807",
    // These are no numbers, so nothing else has such a name.
    "KEYWORD, tierkeeper/number/07, tierkeeper/number/07, ",
    "KEYWORD, tierkeeper/number/-7, tierkeeper/number/-7, ",
    "KEYWORD, tierkeeper/number/9223372036854775808, tierkeeper/number/9223372036854775808, ",
    "KEYWORD, tierkeeper/keyword/7, tierkeeper/keyword/7, ",
    "KEYWORD, tierkeeper/keyword/tierkeeper/number/7, tierkeeper/number/7, ",
    "KEYWORD, tierkeeper/others, tierkeeper/others, ",
    // With an integer index, they are a number.
    "INTEGER, 7, , 7",
    "INTEGER, acme, acme, ",
    "INTEGER, 007, 007, ",
    "INTEGER, ٧, ٧, ",
    "INTEGER, 9223372036854775808, 9223372036854775808, ",
    "INTEGER, tierkeeper/keyword/7, 7, ",
    "INTEGER, tierkeeper/keyword/tierkeeper/keyword/7, tierkeeper/keyword/7, ",
    "INTEGER, tierkeeper/keyword/acme, tierkeeper/keyword/acme, ",
    "INTEGER, tierkeeper/number/7, tierkeeper/number/7, ",
  })
  void textsOfSomeTenants(TenantId.Kind index, String text, String keyword, Long number) {
    TenantId tenant = keyword == null ? TenantId.of(number.longValue()) : TenantId.of(keyword);
    assertThat(TenantId.parse(text, index)).isEqualTo(tenant);
    assertThat(tenant.text(index)).isEqualTo(text);
  }

  @Test
  void aTextAsLongAsAPayloadIsParsed() {
    String text = ReservedNames.KEYWORD_PREFIX.repeat(100_000) + "7";
    assertThat(TenantId.parse(text, TenantId.Kind.INTEGER).text(TenantId.Kind.INTEGER))
        .isEqualTo(text);
  }

  @Test
  void noTenantIsEmptyOrNegative() {
    assertThatIllegalArgumentException().isThrownBy(() -> TenantId.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> TenantId.of(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TenantId.parse("", TenantId.Kind.KEYWORD));
  }

  @Test
  void aResourceNamesATenantInOneOfItsTwoFields() {
    assertThat(TenantId.of("acme", null)).contains(TenantId.of("acme"));
    assertThat(TenantId.of(null, 7L)).contains(TenantId.of(7));
    assertThat(TenantId.of("7", 7L)).isEmpty();
    assertThat(TenantId.of(null, null)).isEmpty();
    assertThat(TenantId.of("", null)).isEmpty();
    assertThat(TenantId.of(null, -7L)).isEmpty();
  }

  @Provide
  Arbitrary<TenantId> tenants() {
    return Arbitraries.oneOf(
        texts().map(TenantId::of),
        Arbitraries.oneOf(
                Arbitraries.longs().between(0, 12), Arbitraries.longs().greaterOrEqual(0))
            .map(TenantId::of));
  }

  /** Digits and reserved prefixes, nested, and anything else. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> prefixes = Arbitraries.of(
            ReservedNames.KEYWORD_PREFIX,
            ReservedNames.NUMBER_PREFIX,
            ReservedNames.PREFIX,
            "keyword/",
            "number/",
            "0")
        .list()
        .ofMaxSize(4)
        .map(parts -> String.join("", parts));
    Arbitrary<String> ends = Arbitraries.oneOf(
        Arbitraries.integers().between(0, 12).map(String::valueOf),
        Arbitraries.bigIntegers().map(String::valueOf),
        Arbitraries.strings().ofMaxLength(6));
    return Arbitraries.frequencyOf(
            Tuple.of(3, Combinators.combine(prefixes, ends).as(String::concat)),
            Tuple.of(1, Arbitraries.strings().ofMinLength(1)))
        .filter(text -> !text.isEmpty());
  }
}
