package io.tierkeeper.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator makes of a policy. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TierPolicyStatus(
    @JsonPropertyDescription("Generation of the spec that this status is about.") @Nullable
    Long observedGeneration,

    @JsonPropertyDescription("Ready: the policy can be used as it stands.") @Nullable
    List<Condition> conditions) {}
