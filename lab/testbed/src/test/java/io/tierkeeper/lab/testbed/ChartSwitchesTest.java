package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each switch of the chart changes in the rendered objects; the main ones are in {@link ChartTest}. */
class ChartSwitchesTest {
  private static final ObjectMapper JSON = Serialization.jsonMapper();
  private static final String SHARED_TRAIL =
      "audit: {persistence: {enabled: true, accessMode: ReadWriteMany}}\n";

  private static JsonNode of(String kind, String values) {
    List<JsonNode> found = all(kind, values);
    assertThat(found).as("%s of %s", kind, values).hasSize(1);
    return found.getFirst();
  }

  private static List<JsonNode> all(String kind, String values) {
    return Chart.render("vectors", values).stream()
        .filter(object -> object.getKind().equals(kind))
        .map(JSON::<JsonNode>valueToTree)
        .toList();
  }

  private static JsonNode pod(String values) {
    return of("Deployment", values).at("/spec/template");
  }

  private static JsonNode container(String values) {
    return pod(values).at("/spec/containers/0");
  }

  private static JsonNode json(String text) {
    return Serialization.unmarshal("---\n" + text, JsonNode.class);
  }

  private static JsonNode named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(item -> item.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theLivePageIsOffUnlessItIsSwitchedOn() {
    assertThat(container("{}").path("env").toString()).doesNotContain("TIERKEEPER_PAGE");
    assertThat(named(container("page: {enabled: true}").path("env"), "TIERKEEPER_PAGE")
            .path("value")
            .asText())
        .isEqualTo("true");
    // It needs neither another port nor more rights.
    List<String> off =
        Chart.render("vectors", "{}").stream().map(HasMetadata::getKind).toList();
    assertThat(Chart.render("vectors", "page: {enabled: true}"))
        .extracting(HasMetadata::getKind)
        .containsExactlyElementsOf(off);
    assertThat(of("Service", "page: {enabled: true}")).isEqualTo(of("Service", "{}"));
  }

  @Test
  void aDisruptionBudgetLetsASingleReplicaBeDrained() {
    assertThat(all("PodDisruptionBudget", "{}")).isEmpty();
    JsonNode budget = of("PodDisruptionBudget", "podDisruptionBudget: {enabled: true}");
    assertThat(budget.at("/spec/maxUnavailable").asInt()).isEqualTo(1);
    assertThat(budget.at("/spec/minAvailable").isMissingNode()).isTrue();
    assertThat(budget.at("/spec/selector/matchLabels"))
        .isEqualTo(of("Deployment", "{}").at("/spec/selector/matchLabels"));
    JsonNode least =
        of("PodDisruptionBudget", "podDisruptionBudget: {enabled: true, minAvailable: 50%}");
    assertThat(least.at("/spec/minAvailable").asText()).isEqualTo("50%");
    assertThat(least.at("/spec/maxUnavailable").isMissingNode()).isTrue();
  }

  @Test
  void aNetworkPolicyOpensQdrantDnsAndTheApiOnly() {
    assertThat(all("NetworkPolicy", "{}")).isEmpty();
    List<JsonNode> policies = all("NetworkPolicy", """
        networkPolicy:
          enabled: true
          ingressFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]
          qdrantTo: [{namespaceSelector: {matchLabels: {name: qdrant}}}]
          qdrantPorts: [7334, 7333]
          apiServerTo: [{ipBlock: {cidr: 10.0.0.1/32}}]
          apiServerPorts: [6443]
          dnsTo: [{namespaceSelector: {matchLabels: {name: kube-system}}}]
          dnsPorts: [5353]
          extraEgress: [{ports: [{port: 8443, protocol: TCP}]}]
        """);
    JsonNode spec = policies.getFirst().path("spec");
    assertThat(spec.path("policyTypes")).isEqualTo(json("[Ingress, Egress]"));
    assertThat(spec.path("egress")).isEqualTo(json("""
        - ports: [{port: 7334, protocol: TCP}, {port: 7333, protocol: TCP}]
          to: [{namespaceSelector: {matchLabels: {name: qdrant}}}]
        - ports: [{port: 6443, protocol: TCP}]
          to: [{ipBlock: {cidr: 10.0.0.1/32}}]
        - ports: [{port: 5353, protocol: UDP}, {port: 5353, protocol: TCP}]
          to: [{namespaceSelector: {matchLabels: {name: kube-system}}}]
        - ports: [{port: 8443, protocol: TCP}]
        """));
    assertThat(spec.at("/ingress/0/ports")).isEqualTo(json("[{port: http, protocol: TCP}]"));
    assertThat(spec.at("/ingress/0/from/0"))
        .isEqualTo(json("{namespaceSelector: {matchLabels: {name: monitoring}}}"));
    assertThat(spec.at("/ingress/0/from/1/podSelector/matchLabels/app.kubernetes.io~1name")
            .asText())
        .as("helm test reads the probe")
        .isEqualTo("tierkeeper-test");
    // The operator's pods and those of the hook.
    assertThat(spec.at("/podSelector/matchExpressions/0/values"))
        .isEqualTo(json("[tierkeeper, tierkeeper-release]"));

    JsonNode open =
        all("NetworkPolicy", "networkPolicy: {enabled: true}").getFirst().path("spec");
    assertThat(open.at("/ingress/0").has("from")).isFalse();
    assertThat(open.path("egress")).isEqualTo(json("""
        - ports: [{port: 6334, protocol: TCP}, {port: 6333, protocol: TCP}]
        - ports: [{port: 443, protocol: TCP}, {port: 6443, protocol: TCP}]
        - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
        """));
    assertThat(all("NetworkPolicy", "{networkPolicy: {enabled: true}, test: {enabled: false}}"))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "ServiceMonitor, serviceMonitor, endpoints",
    "PodMonitor, podMonitor, podMetricsEndpoints"
  })
  void aMonitorReadsTheMetrics(String kind, String value, String endpoints) {
    assertThat(all(kind, "{}")).isEmpty();
    JsonNode plain = of(kind, value + ": {enabled: true}");
    assertThat(plain.at("/metadata/namespace").asText()).isEqualTo("vectors");
    assertThat(plain.at("/spec/" + endpoints)).isEqualTo(json("[{port: http, path: /metrics}]"));
    assertThat(plain.at("/spec/selector/matchLabels"))
        .isEqualTo(of("Deployment", "{}").at("/spec/selector/matchLabels"));
    JsonNode full = of(kind, value + """
        :
          enabled: true
          namespace: monitoring
          labels: {release: prometheus, app.kubernetes.io/name: mine}
          annotations: {a: b}
          interval: 30s
          scrapeTimeout: 10s
          relabelings: [{action: labeldrop, regex: pod}]
          metricRelabelings: [{action: drop, regex: jvm_.*, sourceLabels: [__name__]}]
        """);
    assertThat(full.at("/metadata/namespace").asText()).isEqualTo("monitoring");
    assertThat(full.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
    assertThat(full.at("/metadata/labels/app.kubernetes.io~1name").asText())
        .isEqualTo("tierkeeper");
    assertThat(full.at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(full.at("/spec/namespaceSelector/matchNames")).isEqualTo(json("[vectors]"));
    assertThat(full.at("/spec/" + endpoints + "/0")).isEqualTo(json("""
        port: http
        path: /metrics
        interval: 30s
        scrapeTimeout: 10s
        relabelings: [{action: labeldrop, regex: pod}]
        metricRelabelings: [{action: drop, regex: jvm_.*, sourceLabels: [__name__]}]
        """));
  }

  @Test
  void thePodIsScheduledAsConfigured() {
    JsonNode bare = pod("{}").path("spec");
    for (String field : List.of(
        "priorityClassName",
        "nodeSelector",
        "tolerations",
        "affinity",
        "topologySpreadConstraints")) {
      assertThat(bare.path(field)).as(field).isEmpty();
    }
    JsonNode spec = pod("""
        priorityClassName: system-cluster-critical
        nodeSelector: {disk: ssd}
        tolerations: [{key: a, operator: Exists}]
        affinity: {nodeAffinity: {}}
        topologySpreadConstraints:
          - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
          - {maxSkew: 2, topologyKey: host, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {a: b}}}
        """).path("spec");
    assertThat(spec.path("priorityClassName").asText()).isEqualTo("system-cluster-critical");
    assertThat(spec.path("nodeSelector")).isEqualTo(json("{disk: ssd}"));
    assertThat(spec.at("/tolerations/0/key").asText()).isEqualTo("a");
    assertThat(spec.has("affinity")).isTrue();
    assertThat(spec.at("/topologySpreadConstraints/0/labelSelector/matchLabels"))
        .isEqualTo(of("Deployment", "{}").at("/spec/selector/matchLabels"));
    assertThat(spec.at("/topologySpreadConstraints/1/labelSelector/matchLabels"))
        .isEqualTo(json("{a: b}"));
  }

  @Test
  void variablesAndVolumesAreAdded() {
    String values = """
        env: {TIERKEEPER_SETTLE: 70s}
        extraEnv: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        extraVolumes: [{name: ca, configMap: {name: corporate-ca}}]
        extraVolumeMounts: [{name: ca, mountPath: /etc/ca, readOnly: true}]
        """;
    JsonNode container = container(values);
    assertThat(named(container.path("env"), "TIERKEEPER_SETTLE").path("value").asText())
        .isEqualTo("70s");
    assertThat(named(container.path("env"), "TOKEN")
            .at("/valueFrom/secretKeyRef/key")
            .asText())
        .isEqualTo("k");
    assertThat(named(container.path("volumeMounts"), "ca").path("mountPath").asText())
        .isEqualTo("/etc/ca");
    assertThat(
            named(pod(values).at("/spec/volumes"), "ca").at("/configMap/name").asText())
        .isEqualTo("corporate-ca");
  }

  @Test
  void labelsAreAddedAndReplaceNoneOfTheCharts() {
    String values = """
        commonLabels: {team: search, app.kubernetes.io/name: mine, stage: prod}
        podLabels: {sidecar: "no", app.kubernetes.io/instance: mine, stage: test}
        podAnnotations: {a: b}
        """;
    for (HasMetadata object : Chart.render("vectors", values)) {
      assertThat(object.getMetadata().getLabels())
          .as("%s %s", object.getKind(), object.getMetadata().getName())
          .containsEntry("team", "search")
          .containsEntry("stage", "prod")
          .containsEntry("app.kubernetes.io/name", "tierkeeper");
    }
    JsonNode pod = pod(values);
    assertThat(pod.at("/metadata/labels/sidecar").asText()).isEqualTo("no");
    assertThat(pod.at("/metadata/labels/team").asText()).isEqualTo("search");
    assertThat(pod.at("/metadata/labels/app.kubernetes.io~1instance").asText())
        .isEqualTo("tierkeeper");
    assertThat(pod.at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(of("Deployment", values).at("/spec/selector"))
        .isEqualTo(of("Deployment", "{}").at("/spec/selector"));
  }

  @Test
  void extraObjectsAreTemplates() {
    List<JsonNode> maps = all("ConfigMap", """
        extraObjects:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: "{{ .Release.Name }}-a"}}
          - |
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: {{ include "tierkeeper.fullname" . }}-b
        """);
    assertThat(maps)
        .extracting(map -> map.at("/metadata/name").asText())
        .containsExactlyInAnyOrder("tierkeeper-a", "tierkeeper-b");
  }

  @Test
  void theServiceIsAsConfigured() {
    assertThat(of("Service", "{}").at("/spec/type").asText()).isEqualTo("ClusterIP");
    JsonNode service = of("Service", """
        service: {type: LoadBalancer, port: 9090, annotations: {lb: internal}, labels: {exposed: "yes"}}
        """);
    assertThat(service.at("/spec/type").asText()).isEqualTo("LoadBalancer");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(9090);
    assertThat(service.at("/spec/ports/0/targetPort").asText()).isEqualTo("http");
    assertThat(service.at("/metadata/annotations/lb").asText()).isEqualTo("internal");
    assertThat(service.at("/metadata/labels/exposed").asText()).isEqualTo("yes");
  }

  @Test
  void onOpenShiftTheClusterChoosesTheUser() {
    JsonNode usual = pod("{}").path("spec");
    assertThat(usual.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
    assertThat(usual.at("/securityContext/fsGroup").asInt()).isEqualTo(10001);
    JsonNode spec = pod("openshift: Always").path("spec");
    assertThat(spec.path("securityContext"))
        .isEqualTo(json("{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}"));
    assertThat(spec.at("/containers/0/securityContext"))
        .isEqualTo(usual.at("/containers/0/securityContext"));
    assertThat(pod("openshift: Never").at("/spec/securityContext/runAsUser").asInt())
        .isEqualTo(10001);
  }

  @Test
  void securityContextsCanBeReplaced() {
    JsonNode spec = pod("""
        podSecurityContext: {runAsUser: 2000, runAsGroup: null, supplementalGroups: [7]}
        securityContext: {capabilities: {add: [SYS_PTRACE]}}
        """).path("spec");
    assertThat(spec.at("/securityContext/runAsUser").asInt()).isEqualTo(2000);
    assertThat(spec.path("securityContext").has("runAsGroup")).isFalse();
    assertThat(spec.at("/securityContext/supplementalGroups/0").asInt()).isEqualTo(7);
    assertThat(spec.at("/containers/0/securityContext/capabilities/add/0").asText())
        .isEqualTo("SYS_PTRACE");
  }

  @Test
  void theServiceAccountMayBeAnExistingOne() {
    JsonNode own = of("ServiceAccount", "serviceAccount: {name: ops, annotations: {role: arn}}");
    assertThat(own.at("/metadata/name").asText()).isEqualTo("ops");
    assertThat(own.at("/metadata/annotations/role").asText()).isEqualTo("arn");
    String existing = "serviceAccount: {create: false, name: theirs}";
    assertThat(all("ServiceAccount", existing)).isEmpty();
    assertThat(pod(existing).at("/spec/serviceAccountName").asText()).isEqualTo("theirs");
    assertThat(all("RoleBinding", existing))
        .allSatisfy(
            binding -> assertThat(binding.at("/subjects/0/name").asText()).isEqualTo("theirs"));
    assertThat(all("ValidatingAdmissionPolicy", existing).toString())
        .contains("system:serviceaccount:vectors:theirs");
    assertThatThrownBy(() -> of("Deployment", "serviceAccount: {create: false}"))
        .hasMessageContaining("serviceAccount.create=false needs serviceAccount.name");
  }

  @Test
  void noRightsAreCreatedIfOthersDo() {
    String values = "rbac: {create: false}";
    assertThat(Chart.render("vectors", values)).noneMatch(o -> o.getKind().contains("Role"));
    assertThat(Chart.hooks("vectors", Map.of("rbac.create", false)))
        .extracting(HasMetadata::getKind)
        .containsExactly("Job");
  }

  @Test
  void usersGetRightsByTheRolesThatTheyHave() {
    assertThat(all("ClusterRole", "{}"))
        .extracting(ChartSwitchesTest::aggregated)
        .containsExactlyInAnyOrder(
            "view: [get, list, watch] [tierpolicies, tieredcollections, tenanttiers, tiermoves]",
            "edit: [create, update, patch, delete, deletecollection] [tieredcollections, tenanttiers]");
    assertThat(all("ClusterRole", "rbac: {aggregate: {view: false, edit: false, approve: true}}"))
        .extracting(ChartSwitchesTest::aggregated)
        .containsExactly(
            "admin: [create, update, patch, delete, deletecollection] [tierpolicies]; [patch, approve] [tiermoves]");
    assertThat(all("ClusterRole", "rbac: {aggregate: {view: false, edit: false}}"))
        .isEmpty();
  }

  private static String aggregated(JsonNode role) {
    StringBuilder text = new StringBuilder();
    role.at("/metadata/labels").fieldNames().forEachRemaining(label -> {
      if (label.startsWith("rbac.authorization.k8s.io/aggregate-to-")) {
        text.append(label.substring(label.lastIndexOf('-') + 1)).append(": ");
      }
    });
    String separator = "";
    for (JsonNode rule : role.path("rules")) {
      text.append(separator)
          .append(words(rule.path("verbs")))
          .append(' ')
          .append(words(rule.path("resources")));
      separator = "; ";
    }
    return text.toString();
  }

  private static List<String> words(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @Test
  void severalReplicasNeedOneTrail() {
    assertThatThrownBy(() -> of("Deployment", "replicaCount: 2"))
        .hasMessageContaining("replicaCount=2 needs audit.persistence.enabled=true");
    assertThatThrownBy(
            () -> of("Deployment", "replicaCount: 2\naudit: {persistence: {enabled: true}}"))
        .hasMessageContaining(
            "needs audit.persistence.accessMode=ReadWriteMany, not ReadWriteOnce");
    assertThat(of("Deployment", "replicaCount: 2\n" + SHARED_TRAIL)
            .at("/spec/replicas")
            .asInt())
        .isEqualTo(2);
  }

  @Test
  void theOldPodEndsFirstIfTheVolumeIsItsAlone() {
    assertThat(of("Deployment", "audit: {persistence: {enabled: true}}")
            .at("/spec/strategy/type")
            .asText())
        .isEqualTo("Recreate");
    assertThat(of("Deployment", SHARED_TRAIL).at("/spec/strategy").isMissingNode())
        .isTrue();
    assertThat(of("Deployment", "{}").at("/spec/strategy").isMissingNode()).isTrue();
  }

  @Test
  void theTrailsVolumeIsAsConfigured() {
    assertThat(named(pod("{}").at("/spec/volumes"), "audit")
            .at("/emptyDir/sizeLimit")
            .asText())
        .isEqualTo("1Gi");
    assertThat(named(pod("audit: {sizeLimit: ''}").at("/spec/volumes"), "audit")
            .at("/emptyDir")
            .has("sizeLimit"))
        .isFalse();
    JsonNode claim = of("PersistentVolumeClaim", """
        audit: {persistence: {enabled: true, accessMode: ReadWriteMany, size: 5Gi, storageClassName: fast}}
        """);
    assertThat(claim.at("/spec/accessModes")).isEqualTo(json("[ReadWriteMany]"));
    assertThat(claim.at("/spec/resources/requests/storage").asText()).isEqualTo("5Gi");
    assertThat(claim.at("/spec/storageClassName").asText()).isEqualTo("fast");
    assertThat(claim.at("/metadata/annotations/helm.sh~1resource-policy").asText())
        .isEqualTo("keep");
    JsonNode logged = container("audit: {stdout: true, dir: /data/audit}");
    assertThat(
            named(logged.path("env"), "TIERKEEPER_AUDIT_STDOUT").path("value").asText())
        .isEqualTo("true");
    assertThat(named(logged.path("env"), "TIERKEEPER_AUDIT_DIR").path("value").asText())
        .isEqualTo("/data/audit");
    assertThat(named(logged.path("volumeMounts"), "audit").path("mountPath").asText())
        .isEqualTo("/data/audit");
    assertThat(container("{}").toString()).doesNotContain("TIERKEEPER_AUDIT_STDOUT");
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', tierkeeper/tierkeeper:0.1.0",
    "'image: {tag: v2}', tierkeeper/tierkeeper:v2",
    "'image: {registry: r.example, repository: a/b}', r.example/a/b:0.1.0",
    "'{image: {registry: r.example}, global: {imageRegistry: mirror.example/}}', mirror.example/tierkeeper/tierkeeper:0.1.0",
    "'image: {tag: v2, digest: \"sha256:0123456789012345678901234567890123456789012345678901234567890123\"}', tierkeeper/tierkeeper@sha256:0123456789012345678901234567890123456789012345678901234567890123"
  })
  void theImageIsNamedByRegistryTagOrDigest(String values, String image) {
    assertThat(container(values).path("image").asText()).isEqualTo(image);
  }

  @Test
  void imageAndResourcesAreAsConfigured() {
    String values = """
        global: {imagePullSecrets: [everyone, {name: mine}]}
        imagePullSecrets: [{name: mine}]
        image: {pullPolicy: Always}
        resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}
        javaOptions: -Xmx200m
        """;
    assertThat(pod(values).at("/spec/imagePullSecrets"))
        .isEqualTo(json("[{name: everyone}, {name: mine}]"));
    JsonNode container = container(values);
    assertThat(container.path("imagePullPolicy").asText()).isEqualTo("Always");
    assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("1Gi");
    assertThat(named(container.path("env"), "JAVA_TOOL_OPTIONS").path("value").asText())
        .isEqualTo("-Xmx200m");
  }

  @Test
  void namesCanBeReplaced() {
    assertThat(of("Deployment", "fullnameOverride: tk").at("/metadata/name").asText())
        .isEqualTo("tk");
    assertThat(of("Deployment", "nameOverride: tiers").at("/metadata/name").asText())
        .isEqualTo("tierkeeper-tiers");
  }

  @Test
  void helmTestReadsTheProbeThroughTheService() {
    List<HasMetadata> tests = Chart.tests("vectors", "{service: {port: 9090}, openshift: Always}");
    assertThat(tests).hasSize(1);
    JsonNode pod = JSON.valueToTree(tests.getFirst());
    assertThat(pod.at("/spec/containers/0/args"))
        .isEqualTo(
            json("[probe, --timeout=60s, \"http://tierkeeper.vectors:9090/healthz/ready\"]"));
    assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean()).isFalse();
    assertThat(pod.at("/spec/securityContext").has("runAsUser")).isFalse();
    assertThat(pod.at("/metadata/labels/app.kubernetes.io~1name").asText())
        .as("the Service does not select it")
        .isEqualTo("tierkeeper-test");
    assertThat(Chart.tests("vectors", "test: {enabled: false}")).isEmpty();
  }

  @Test
  void anUmbrellaChartSetsItByItsNameAndGlobally() {
    String values = """
        global:
          imageRegistry: mirror.example
          imagePullSecrets: [everyone]
          commonLabels: {platform: vectors}
          theirs: {of: another chart}
        tierkeeper:
          namespaces: [team-a]
          podSecurityContext: {runAsUser: 2000}
        """;
    List<HasMetadata> objects = Chart.renderInUmbrella("platform", values);
    assertThat(objects)
        .extracting(HasMetadata::getKind)
        .contains("Deployment", "CustomResourceDefinition");
    assertThat(objects)
        .allSatisfy(
            o -> assertThat(o.getMetadata().getLabels()).containsEntry("platform", "vectors"));
    JsonNode deployment = JSON.valueToTree(objects.stream()
        .filter(o -> o.getKind().equals("Deployment"))
        .findFirst()
        .orElseThrow());
    assertThat(deployment.at("/spec/template/spec/containers/0/image").asText())
        .isEqualTo("mirror.example/tierkeeper/tierkeeper:0.1.0");
    assertThat(deployment.at("/spec/template/spec/imagePullSecrets"))
        .isEqualTo(json("[{name: everyone}]"));
    assertThat(deployment.at("/spec/template/spec/securityContext/runAsUser").asInt())
        .isEqualTo(2000);
    assertThatThrownBy(() -> Chart.renderInUmbrella("platform", "tierkeeper: {replicas: 2}"))
        .as("the schema holds there too")
        .hasMessageContaining("replicas");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{allNamespaces: true, namespaces: [a]}",
        "{allNamespaces: true, namespaceSelector: {a: b}}",
        "{namespaces: [a], namespaceSelector: {a: b}}",
        "{serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}",
        "podDisruptionBudget: {enabled: true, minAvailable: half}",
        "networkPolicy: {enabled: true, qdrantPorts: []}",
        "networkPolicy: {enabled: true, dnsPorts: [0]}",
        "openshift: true",
        "service: {type: ExternalName}",
        "extraEnv: [{value: a}]",
        "serviceMonitor: {interval: often}",
        "test: {timeout: soon}",
        "audit: {sizeLimit: 1GB}",
        "rbac: {aggregate: {all: true}}",
        "image: {pullSecret: a}"
      })
  void refusesWhatContradictsItselfOrIsUnknown(String values) {
    assertThatThrownBy(() -> Chart.render("vectors", values))
        .hasMessageContaining(values.replaceAll("^\\{?([A-Za-z]+):.*", "$1"));
  }
}
