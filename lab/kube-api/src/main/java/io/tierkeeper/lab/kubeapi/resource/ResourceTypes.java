package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds that the API serves at this moment: the built-in ones and those of the CustomResourceDefinitions. */
public final class ResourceTypes {
  public static final ResourceType DEFINITIONS =
      ResourceType.builtIn(CustomResourceDefinition.class, "crd", "crds");
  public static final ResourceType NAMESPACES = ResourceType.builtIn(Namespace.class, "ns");

  private static final List<ResourceType> BUILT_IN = List.of(
      NAMESPACES,
      ResourceType.builtIn(ConfigMap.class, "cm"),
      ResourceType.builtIn(Secret.class),
      ResourceType.builtIn(Service.class, "svc"),
      ResourceType.builtIn(Endpoints.class, "ep"),
      ResourceType.builtIn(ServiceAccount.class, "sa"),
      ResourceType.builtIn(Pod.class, "po"),
      ResourceType.builtIn(Node.class, "no"),
      ResourceType.builtIn(PersistentVolumeClaim.class, "pvc"),
      ResourceType.builtIn(io.fabric8.kubernetes.api.model.Event.class, "ev"),
      ResourceType.builtIn(io.fabric8.kubernetes.api.model.events.v1.Event.class, "ev"),
      ResourceType.builtIn(Deployment.class, "deploy"),
      ResourceType.builtIn(StatefulSet.class, "sts"),
      ResourceType.builtIn(DaemonSet.class, "ds"),
      ResourceType.builtIn(ReplicaSet.class, "rs"),
      ResourceType.builtIn(Job.class),
      ResourceType.builtIn(CronJob.class, "cj"),
      ResourceType.builtIn(Lease.class),
      ResourceType.builtIn(PodDisruptionBudget.class, "pdb"),
      ResourceType.builtIn(NetworkPolicy.class, "netpol"),
      ResourceType.builtIn(Ingress.class, "ing"),
      ResourceType.builtIn(Role.class),
      ResourceType.builtIn(RoleBinding.class),
      ResourceType.builtIn(ClusterRole.class),
      ResourceType.builtIn(ClusterRoleBinding.class),
      ResourceType.builtIn(ValidatingAdmissionPolicy.class),
      ResourceType.builtIn(ValidatingAdmissionPolicyBinding.class),
      DEFINITIONS);

  private final Map<String, List<ResourceType>> defined = new LinkedHashMap<>();

  synchronized List<ResourceType> all() {
    List<ResourceType> all = new ArrayList<>(BUILT_IN);
    defined.values().forEach(all::addAll);
    return all;
  }

  /**
   * The type at a place.
   *
   * @throws ApiError 404 when nothing is served there
   */
  public ResourceType require(ResourcePath path) {
    return all().stream()
        .filter(type -> type.group().equals(path.group())
            && type.version().equals(path.version())
            && type.plural().equals(path.plural()))
        .findFirst()
        .orElseThrow(ApiError::noSuchPath);
  }

  public synchronized List<ResourceType> define(JsonNode crd) {
    List<ResourceType> types = ResourceType.of(crd);
    defined.put(crd.at("/metadata/name").asText(), types);
    return types;
  }

  public synchronized void undefine(String crdName) {
    defined.remove(crdName);
  }
}
