package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** When a tenant in a dedicated shard has become too small for it. */
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
        "Demote when the tenant has at most so many points; omitted means that points do not count; must be lower than promote.minPoints.")
    @Min(0)
    @Nullable
    Long maxPoints,

    @JsonPropertyDescription(
        "Whether share and points must both hold or either is enough; without maxPoints it is without effect.")
    @Default(PolicyDefaults.DEMOTE_MATCH)
    @Nullable
    Match match,

    @JsonPropertyDescription(
        "How long the threshold must be passed without a break before a demotion is advised.")
    @Default(PolicyDefaults.DEMOTE_STABILIZATION_WINDOW)
    @Pattern(Formats.DURATION)
    @Size(min = 2, max = 20)
    @Nullable
    String stabilizationWindow) {}
