package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import org.junit.jupiter.api.Test;

/** Which differences between two statuses of a TenantTier are worth a write. */
class TenantStatusNoiseTest {

  private static final TenantTierStatus BEFORE = TenantTierStatus.empty().toBuilder()
      .tier("Fallback")
      .points(10_000L)
      .observedMass("0.200000")
      .dampedMass("0.200000")
      .alphaStar("0.500000")
      .build();

  @Test
  void measurementsThatDriftAreNoise() {
    assertThat(TenantStatuses.noise(
            BEFORE,
            BEFORE.toBuilder()
                .points(10_049L)
                .observedMass("0.204900")
                .dampedMass("0.195100")
                .alphaStar("0.504900")
                .build()))
        .isTrue();
  }

  @Test
  void eachMeasurementThatMovedByMoreIsNews() {
    assertThat(TenantStatuses.noise(BEFORE, BEFORE.toBuilder().points(10_060L).build()))
        .isFalse();
    assertThat(TenantStatuses.noise(
            BEFORE, BEFORE.toBuilder().observedMass("0.205100").build()))
        .isFalse();
    assertThat(TenantStatuses.noise(
            BEFORE, BEFORE.toBuilder().dampedMass("0.194900").build()))
        .isFalse();
    assertThat(TenantStatuses.noise(
            BEFORE, BEFORE.toBuilder().alphaStar("0.510000").build()))
        .isFalse();
  }

  @Test
  void anAccountThatDriftsIsNoiseAndOneThatComesOrGoesIsNews() {
    TenantTierStatus with = BEFORE.toBuilder().costAccount(account("1.000000")).build();
    assertThat(TenantStatuses.noise(
            with, BEFORE.toBuilder().costAccount(account("5.000000")).build()))
        .isTrue();
    assertThat(TenantStatuses.noise(with, BEFORE)).isFalse();
    assertThat(TenantStatuses.noise(BEFORE, with)).isFalse();
  }

  private static TenantTierStatus.CostAccount account(String accumulated) {
    return new TenantTierStatus.CostAccount(
        accumulated, "6.000000", "0.100000", false, "12.000000");
  }

  @Test
  void whatAppearsOrIsNoMeasurementIsNews() {
    assertThat(TenantStatuses.noise(BEFORE, BEFORE.toBuilder().alphaStar(null).build()))
        .isFalse();
    assertThat(TenantStatuses.noise(BEFORE, BEFORE.toBuilder().points(null).build()))
        .isFalse();
    assertThat(TenantStatuses.noise(BEFORE, BEFORE.toBuilder().tier("Dedicated").build()))
        .isFalse();
  }
}
