package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** When a tenant in a dedicated shard is demoted to the fallback. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DemoteThreshold(
    @JsonPropertyDescription(
        "Demote when the damped share is strictly less than this; must be lower than promote.aboveShare.")
    @Default("'" + PolicyDefaults.BELOW_SHARE + "'")
    @Pattern(Formats.SHARE)
    @Size(max = 8)
    @Nullable
    String belowShare,

    @JsonPropertyDescription(
        "Demote when the tenant has at most this many points; omitted means that points are not considered; must be lower than promote.minPoints.")
    @Min(0)
    @Nullable
    Long maxPoints,

    @JsonPropertyDescription(
        "Whether both share and points must be below their threshold, or either; without effect if maxPoints is omitted.")
    @Default(PolicyDefaults.DEMOTE_MATCH)
    @Nullable
    Match match,

    @JsonPropertyDescription(
        "How long the value must be below the threshold without interruption before a demotion is advised.")
    @Default(PolicyDefaults.DEMOTE_STABILIZATION_WINDOW)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String stabilizationWindow) {}
