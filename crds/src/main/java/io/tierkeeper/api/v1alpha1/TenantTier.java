package io.tierkeeper.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One tenant of a tiered collection: its desired tier, its present tier, and the reason. */
@Group("tierkeeper.io")
@Version("v1alpha1")
@Plural("tenanttiers")
@ShortNames("tt")
@Categories("tiering")
public class TenantTier extends CustomResource<TenantTierSpec, TenantTierStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
