package io.tierkeeper.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** The rules by which tenants are measured, evaluated and moved. */
@Group("tierkeeper.io")
@Version("v1alpha1")
@Plural("tierpolicies")
@ShortNames("tp")
@Categories("tiering")
public class TierPolicy extends CustomResource<TierPolicySpec, TierPolicyStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
