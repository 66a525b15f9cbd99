{{/* The chart's name, or what replaces it. */}}
{{- define "registry.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of the release's objects: the release's own when it holds the chart's name, else both. */}}
{{- define "registry.fullname" -}}
{{- $name := include "registry.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What tells the pods of this release apart; never changes, because a Deployment's selector cannot. */}}
{{- define "registry.selectorLabels" -}}
app.kubernetes.io/name: {{ include "registry.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: registry-api
{{- end -}}

{{/*
The labels of everything, as YAML. Takes `root`; optional: `component` (default: that of the selector), and `labels`, which
never replace the chart's own.
*/}}
{{- define "registry.labels" -}}
{{- $own := include "registry.selectorLabels" .root | fromYaml -}}
{{- with .component -}}
{{- $_ := set $own "app.kubernetes.io/component" . -}}
{{- end -}}
{{- $chart := printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- $_ := set $own "helm.sh/chart" $chart -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- merge $own (.labels | default dict) .root.Values.commonLabels | toYaml -}}
{{- end -}}

{{/*
The metadata of an object. Takes `root`, and `name`; optional: `namespace` (empty string: none), `labels`, `annotations`,
`component`.
*/}}
{{- define "registry.metadata" -}}
metadata:
  name: {{ .name }}
  {{- $namespace := hasKey . "namespace" | ternary .namespace .root.Release.Namespace }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "registry.labels" . | nindent 4 }}
  {{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* The service account of the pods. */}}
{{- define "registry.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "registry.fullname" . -}}
{{- else -}}
toolhive-registry-server
{{- end -}}
{{- end -}}

{{/* The ConfigMap with the configuration file. */}}
{{- define "registry.configMapName" -}}
{{- .Values.existingConfigMap | default (printf "%s-config" (include "registry.fullname" .)) -}}
{{- end -}}

{{/* The ClusterRole, and what binds it. */}}
{{- define "registry.managerRoleName" -}}
{{- .Values.rbac.clusterRoleName | default (printf "%s-manager-role" (include "registry.fullname" .)) -}}
{{- end -}}

{{- define "registry.managerBindingName" -}}
{{- printf "%sbinding" (include "registry.managerRoleName" .) -}}
{{- end -}}

{{/* The image, with its digest when there is one. */}}
{{- define "registry.image" -}}
{{- .Values.image.registryServerUrl -}}
{{- with .Values.image.digest -}}@{{ . }}{{- end -}}
{{- end -}}
