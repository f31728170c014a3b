package io.tierkeeper.lab.kubeapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kinds that the API serves at this moment: the built-in ones and those of the CustomResourceDefinitions. */
final class ResourceTypes {
  static final ResourceType DEFINITIONS = ResourceType.builtIn(
      "apiextensions.k8s.io",
      "v1",
      "customresourcedefinitions",
      "CustomResourceDefinition",
      false,
      "crd crds");
  static final ResourceType NAMESPACES =
      ResourceType.builtIn("", "v1", "namespaces", "Namespace", false, "ns");

  private static final List<ResourceType> BUILT_IN = List.of(
      NAMESPACES,
      ResourceType.builtIn("", "v1", "configmaps", "ConfigMap", true, "cm"),
      ResourceType.builtIn("", "v1", "secrets", "Secret", true, ""),
      ResourceType.builtIn("", "v1", "services", "Service", true, "svc"),
      ResourceType.builtIn("", "v1", "endpoints", "Endpoints", true, "ep"),
      ResourceType.builtIn("", "v1", "serviceaccounts", "ServiceAccount", true, "sa"),
      ResourceType.builtIn("", "v1", "pods", "Pod", true, "po"),
      ResourceType.builtIn("", "v1", "nodes", "Node", false, "no"),
      ResourceType.builtIn(
          "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, "pvc"),
      ResourceType.builtIn("", "v1", "events", "Event", true, "ev"),
      ResourceType.builtIn("events.k8s.io", "v1", "events", "Event", true, "ev"),
      ResourceType.builtIn("apps", "v1", "deployments", "Deployment", true, "deploy"),
      ResourceType.builtIn("apps", "v1", "statefulsets", "StatefulSet", true, "sts"),
      ResourceType.builtIn("apps", "v1", "daemonsets", "DaemonSet", true, "ds"),
      ResourceType.builtIn("apps", "v1", "replicasets", "ReplicaSet", true, "rs"),
      ResourceType.builtIn("batch", "v1", "jobs", "Job", true, ""),
      ResourceType.builtIn("batch", "v1", "cronjobs", "CronJob", true, "cj"),
      ResourceType.builtIn("coordination.k8s.io", "v1", "leases", "Lease", true, ""),
      ResourceType.builtIn(
          "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, "pdb"),
      ResourceType.builtIn(
          "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, "netpol"),
      ResourceType.builtIn("networking.k8s.io", "v1", "ingresses", "Ingress", true, "ing"),
      ResourceType.builtIn("rbac.authorization.k8s.io", "v1", "roles", "Role", true, ""),
      ResourceType.builtIn(
          "rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true, ""),
      ResourceType.builtIn(
          "rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", false, ""),
      ResourceType.builtIn(
          "rbac.authorization.k8s.io",
          "v1",
          "clusterrolebindings",
          "ClusterRoleBinding",
          false,
          ""),
      ResourceType.builtIn(
          "admissionregistration.k8s.io",
          "v1",
          "validatingadmissionpolicies",
          "ValidatingAdmissionPolicy",
          false,
          ""),
      ResourceType.builtIn(
          "admissionregistration.k8s.io",
          "v1",
          "validatingadmissionpolicybindings",
          "ValidatingAdmissionPolicyBinding",
          false,
          ""),
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
  ResourceType require(ResourcePath path) {
    return all().stream()
        .filter(type -> type.group().equals(path.group())
            && type.version().equals(path.version())
            && type.plural().equals(path.plural()))
        .findFirst()
        .orElseThrow(ApiError::noSuchPath);
  }

  synchronized List<ResourceType> define(JsonNode crd) {
    List<ResourceType> types = ResourceType.of(crd);
    defined.put(crd.at("/metadata/name").asText(), types);
    return types;
  }

  synchronized void undefine(String crdName) {
    defined.remove(crdName);
  }
}
