{{/* The configuration file: `config`, with the database of `global.postgres` where it names none. */}}
{{- define "registry.config" -}}
{{- $config := deepCopy (.Values.config | default dict) -}}
{{- $postgres := (.Values.global).postgres | default dict -}}
{{- $database := $config.database | default dict -}}
{{- if and $postgres.host (not $database.host) (not $database.embedded) -}}
{{- $_ := set $database "host" $postgres.host -}}
{{- $_ := set $database "port" ($postgres.port | default 5432) -}}
{{- with $postgres.sslMode -}}
{{- $_ := set $database "sslMode" . -}}
{{- end -}}
{{- $_ := set $config "database" $database -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* What of the configuration file replaces the pods when it changes: all, or what a running server does not take over. */}}
{{- define "registry.configHash" -}}
{{- if eq .Values.replacePods "whenNeeded" -}}
{{- pick (include "registry.config" . | fromYaml) "database" "audit" "telemetry" "catalog" | toYaml | sha256sum | trunc 63 -}}
{{- else -}}
{{- include "registry.config" . | sha256sum | trunc 63 -}}
{{- end -}}
{{- end -}}

{{/* "true" when `config` has a source of the kind kubernetes. */}}
{{- define "registry.watchesKubernetes" -}}
{{- $found := false -}}
{{- range (.Values.config).sources -}}
{{- if hasKey . "kubernetes" -}}{{- $found = true -}}{{- end -}}
{{- end -}}
{{- if $found -}}true{{- end -}}
{{- end -}}

{{/* "true" when the roles are made. */}}
{{- define "registry.makesRoles" -}}
{{- if eq (toString .Values.rbac.create) "auto" -}}
{{- include "registry.watchesKubernetes" . -}}
{{- else if .Values.rbac.create -}}
true
{{- end -}}
{{- end -}}

{{/* "true" when pods get a token of their service account. */}}
{{- define "registry.mountsToken" -}}
{{- if kindIs "bool" .Values.serviceAccount.automountToken -}}
{{- if .Values.serviceAccount.automountToken -}}true{{- end -}}
{{- else if or (include "registry.makesRoles" .) (include "registry.watchesKubernetes" .) -}}
true
{{- end -}}
{{- end -}}

{{/* Ends the rendering when values contradict each other. */}}
{{- define "registry.validate" -}}
{{- with .Values.rbac -}}
{{- if not (has .scope (list "cluster" "namespace")) -}}
{{- fail "rbac.scope must be either cluster or namespace" -}}
{{- end -}}
{{- if and (eq .scope "cluster") .allowedNamespaces -}}
{{- fail "rbac.allowedNamespaces must be empty when rbac.scope is cluster" -}}
{{- end -}}
{{- if and (eq .scope "namespace") (not .allowedNamespaces) -}}
{{- fail "rbac.allowedNamespaces must be non-empty when rbac.scope is namespace" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not .Values.service.exposeInternalPort) -}}
{{- fail "serviceMonitor.enabled needs service.exposeInternalPort, because metrics are on the internal port" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs ingress.hosts" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled needs httpRoute.parentRefs" -}}
{{- end -}}
{{- with .Values.podDisruptionBudget -}}
{{- if and .enabled (not (kindIs "invalid" .minAvailable)) (not (kindIs "invalid" .maxUnavailable)) -}}
{{- fail "podDisruptionBudget.minAvailable and podDisruptionBudget.maxUnavailable exclude each other" -}}
{{- end -}}
{{- end -}}
{{- range $key := list "database.ca" "caBundle" -}}
{{- $ca := eq $key "caBundle" | ternary $.Values.caBundle $.Values.database.ca -}}
{{- if and $ca.secretName $ca.configMapName -}}
{{- fail (printf "%s.secretName and %s.configMapName exclude each other" $key $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
