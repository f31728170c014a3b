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
{{ include "tierkeeper.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "tierkeeper.serviceAccount" -}}
{{- default (include "tierkeeper.fullname" .) .Values.serviceAccount.name -}}
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
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
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
