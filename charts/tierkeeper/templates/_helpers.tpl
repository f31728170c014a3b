{{- define "tierkeeper.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "tierkeeper.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" -}}
{{- else if contains (include "tierkeeper.name" .) .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tierkeeper.name" .) | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tierkeeper.selector" -}}
app.kubernetes.io/name: {{ include "tierkeeper.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tierkeeper.labels" -}}
{{- $common := mergeOverwrite dict (default dict .Values.global.commonLabels) .Values.commonLabels -}}
{{- $own := include "tierkeeper.selector" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version) -}}
{{- toYaml (mergeOverwrite $common $own) -}}
{{- end -}}

{{/* Labels of an object with labels of its own: (list . .Values.service.labels). Those of the chart win. */}}
{{- define "tierkeeper.labelsWith" -}}
{{- toYaml (mergeOverwrite dict (last .) (include "tierkeeper.labels" (first .) | fromYaml)) -}}
{{- end -}}

{{/* Labels of a pod of another purpose than the operator: (list . "release"). Neither Service nor Deployment selects it. */}}
{{- define "tierkeeper.jobLabels" -}}
{{- $root := first . -}}
{{- $own := dict "app.kubernetes.io/name" (printf "%s-%s" (include "tierkeeper.name" $root) (last .)) -}}
{{- toYaml (mergeOverwrite (include "tierkeeper.labels" $root | fromYaml) $own) -}}
{{- end -}}

{{- define "tierkeeper.serviceAccount" -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.create=false needs serviceAccount.name: the name of an existing ServiceAccount" -}}
{{- end -}}
{{- default (include "tierkeeper.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "tierkeeper.imagePullSecrets" -}}
{{- $secrets := list -}}
{{- range concat (default list .Values.global.imagePullSecrets) .Values.imagePullSecrets -}}
{{- $secrets = append $secrets (ternary (dict "name" .) . (kindIs "string" .)) -}}
{{- end -}}
{{- with $secrets | uniq -}}
imagePullSecrets:
{{ toYaml . }}
{{- end -}}
{{- end -}}

{{- define "tierkeeper.openshift" -}}
{{- if or (eq .Values.openshift "Always") (and (eq .Values.openshift "Auto") (.Capabilities.APIVersions.Has "security.openshift.io/v1")) -}}
true
{{- end -}}
{{- end -}}

{{/* A security context, on OpenShift without what OpenShift assigns: (list . .Values.podSecurityContext). */}}
{{- define "tierkeeper.securityContext" -}}
{{- $context := deepCopy (last .) -}}
{{- if include "tierkeeper.openshift" (first .) -}}
{{- $context = omit $context "runAsUser" "runAsGroup" "fsGroup" -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* Fails where values contradict each other in a way that the schema cannot express. */}}
{{- define "tierkeeper.validate" -}}
{{- if gt (int .Values.replicaCount) 1 -}}
{{- if not .Values.audit.persistence.enabled -}}
{{- fail (printf "replicaCount=%d needs audit.persistence.enabled=true and audit.persistence.accessMode=ReadWriteMany: with an emptyDir each replica has an audit trail of its own" (int .Values.replicaCount)) -}}
{{- else if ne .Values.audit.persistence.accessMode "ReadWriteMany" -}}
{{- fail (printf "replicaCount=%d needs audit.persistence.accessMode=ReadWriteMany, not %s: the other replicas could not mount the volume" (int .Values.replicaCount) .Values.audit.persistence.accessMode) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.allNamespaces (or .Values.namespaces .Values.namespaceSelector) -}}
{{- fail "allNamespaces=true watches all namespaces: leave namespaces and namespaceSelector empty" -}}
{{- end -}}
{{- if and .Values.namespaces .Values.namespaceSelector -}}
{{- fail "namespaces and namespaceSelector exclude each other" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "serviceMonitor.enabled and podMonitor.enabled exclude each other: all series would be there twice" -}}
{{- end -}}
{{- end -}}

{{/* The watched namespaces as a JSON list. */}}
{{- define "tierkeeper.namespaces" -}}
{{- toJson (default (list .Release.Namespace) .Values.namespaces) -}}
{{- end -}}

{{/* How namespaces are watched: list, or cluster with a ClusterRole. */}}
{{- define "tierkeeper.watch" -}}
{{- if or .Values.allNamespaces .Values.namespaceSelector -}}cluster{{- else -}}list{{- end -}}
{{- end -}}

{{- define "tierkeeper.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with default .Values.image.registry .Values.global.imageRegistry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The name of a part of the approval guard: (list . "approve"). */}}
{{- define "tierkeeper.guard" -}}
{{- $root := first . -}}
{{- printf "%s-%s-%s" (include "tierkeeper.fullname" $root) $root.Release.Namespace (last .) -}}
{{- end -}}

{{/* Binds a part of the approval guard to the watched namespaces. */}}
{{- define "tierkeeper.guardBinding" -}}
{{- $root := first . -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ include "tierkeeper.guard" . }}
  labels:
    {{- include "tierkeeper.labels" $root | nindent 4 }}
spec:
  policyName: {{ include "tierkeeper.guard" . }}
  validationActions: [Deny]
  {{- if eq (include "tierkeeper.watch" $root) "list" }}
  matchResources:
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: In
          values: {{ include "tierkeeper.namespaces" $root }}
  {{- else if not $root.Values.allNamespaces }}
  matchResources:
    namespaceSelector:
      matchLabels:
        {{- toYaml $root.Values.namespaceSelector | nindent 8 }}
  {{- end }}
{{- end -}}

{{/* The operator's rights and those of approvers: (list . "" "namespace: x") in a namespace, (list . "Cluster" "") everywhere. */}}
{{- define "tierkeeper.rbac" -}}
{{- $root := first . -}}
{{- $cluster := index . 1 -}}
{{- $in := last . }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $cluster }}Role
metadata:
  name: {{ include "tierkeeper.rbacName" (list $root $cluster) }}
  {{- with $in }}
  {{ . }}
  {{- end }}
  labels:
    {{- include "tierkeeper.labels" $root | nindent 4 }}
rules:
  # The operator never writes the spec of user-owned resources.
  - apiGroups: [tierkeeper.io]
    resources: [tierpolicies, tieredcollections, tenanttiers, tiermoves]
    verbs: [list, watch]
  # An object that is missing in the cache is read live before it is considered absent.
  - apiGroups: [tierkeeper.io]
    resources: [tierpolicies, tieredcollections, tenanttiers, tiermoves]
    verbs: [get]
  - apiGroups: [tierkeeper.io]
    resources: [tenanttiers]
    verbs: [create]
  # The operator owns TierMoves; it deletes finished ones after their retention.
  - apiGroups: [tierkeeper.io]
    resources: [tiermoves]
    verbs: [create, patch, delete]
  - apiGroups: [tierkeeper.io]
    resources: [tierpolicies/status, tieredcollections/status, tenanttiers/status, tiermoves/status]
    verbs: [patch]
  - apiGroups: [events.k8s.io]
    resources: [events]
    verbs: [create]
  # Credentials and certificates for Qdrant.
  - apiGroups: [""]
    resources: [secrets]
    {{- with $root.Values.rbac.secretNames }}
    resourceNames: {{ toJson . }}
    {{- end }}
    verbs: [get]
  # Values of the penalty terms of a policy.
  - apiGroups: [""]
    resources: [configmaps]
    verbs: [get]
  {{- if and $cluster $root.Values.namespaceSelector }}
  # Namespaces that get or lose the labels.
  - apiGroups: [""]
    resources: [namespaces]
    verbs: [list]
  {{- end }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $cluster }}RoleBinding
metadata:
  name: {{ include "tierkeeper.rbacName" (list $root $cluster) }}
  {{- with $in }}
  {{ . }}
  {{- end }}
  labels:
    {{- include "tierkeeper.labels" $root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $cluster }}Role
  name: {{ include "tierkeeper.rbacName" (list $root $cluster) }}
subjects:
  - kind: ServiceAccount
    name: {{ include "tierkeeper.serviceAccount" $root }}
    namespace: {{ $root.Release.Namespace }}
---
# Bind this {{ $cluster }}Role to the users who may approve moves.
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $cluster }}Role
metadata:
  name: {{ include "tierkeeper.rbacName" (list $root $cluster) }}-approver
  {{- with $in }}
  {{ . }}
  {{- end }}
  labels:
    {{- include "tierkeeper.labels" $root | nindent 4 }}
rules:
  - apiGroups: [tierkeeper.io]
    resources: [tierpolicies, tieredcollections, tenanttiers]
    verbs: [get, list, watch]
  - apiGroups: [tierkeeper.io]
    resources: [tiermoves]
    verbs: [get, list, watch, patch, approve]
{{- end -}}

{{/* Names of cluster-wide objects contain the namespace of the release. */}}
{{- define "tierkeeper.rbacName" -}}
{{- $root := first . -}}
{{- if last . -}}
{{- printf "%s-%s" (include "tierkeeper.fullname" $root) $root.Release.Namespace -}}
{{- else -}}
{{- include "tierkeeper.fullname" $root -}}
{{- end -}}
{{- end -}}

{{/* The label selector of the watched namespaces as text. */}}
{{- define "tierkeeper.namespaceSelector" -}}
{{- $pairs := list -}}
{{- range $key, $value := .Values.namespaceSelector -}}
{{- $pairs = append $pairs (printf "%s=%s" $key $value) -}}
{{- end -}}
{{- join "," $pairs -}}
{{- end -}}
