package io.tierkeeper.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One move of one tenant: its plan, its approval and its journal. */
@Group("tierkeeper.io")
@Version("v1alpha1")
@Plural("tiermoves")
@ShortNames("tmv")
@Categories("tiering")
public class TierMove extends CustomResource<TierMoveSpec, TierMoveStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;
}
