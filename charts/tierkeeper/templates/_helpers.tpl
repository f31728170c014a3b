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
  matchResources:
    namespaceSelector:
      matchExpressions:
        - key: kubernetes.io/metadata.name
          operator: In
          values: {{ include "tierkeeper.namespaces" $root }}
{{- end -}}
