package io.tierkeeper.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One Qdrant collection whose tenants are kept in tiers. */
@Group("tierkeeper.io")
@Version("v1alpha1")
@Plural("tieredcollections")
@ShortNames("tc")
@Categories("tiering")
public class TieredCollection extends CustomResource<TieredCollectionSpec, TieredCollectionStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
