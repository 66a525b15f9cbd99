{{/* One variable whose value is a Secret's key. Takes `variable` and `secret` (`name`, `key`); nothing without a name. */}}
{{- define "registry.secretVariable" -}}
{{- if .secret.name }}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret.name }}
      key: {{ .secret.key }}
{{- end }}
{{- end -}}

{{/* Variables that the server and the migration share. */}}
{{- define "registry.sharedEnv" -}}
{{- include "registry.secretVariable" (dict "variable" "THV_REGISTRY_DATABASE_PASSWORD" "secret" .Values.database.passwordSecret) }}
{{- if .Values.database.pgpassSecret.name }}
- name: PGPASSFILE
  value: /etc/registry-server-pgpass/pgpass
{{- end }}
{{- if or .Values.database.ca.secretName .Values.database.ca.configMapName }}
- name: PGSSLROOTCERT
  value: /etc/registry-server-database-ca/ca.crt
{{- end }}
{{- if or .Values.caBundle.secretName .Values.caBundle.configMapName }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/registry-server-ca/ca.crt
- name: GIT_SSL_CAPATH
  value: /etc/registry-server-ca
{{- end }}
{{- end -}}

{{/* Variables with which the schema is migrated. */}}
{{- define "registry.migrationEnv" -}}
{{- with .Values.migration.user }}
- name: THV_REGISTRY_DATABASE_MIGRATIONUSER
  value: {{ . | quote }}
{{- end }}
{{- include "registry.secretVariable" (dict "variable" "THV_REGISTRY_DATABASE_MIGRATIONPASSWORD" "secret" .Values.migration.passwordSecret) }}
{{- end -}}

{{/* Variables of the server alone. */}}
{{- define "registry.serverEnv" -}}
- name: THV_REGISTRY_LEADER_ELECTION_ID
  value: {{ include "registry.fullname" . }}-leader-election
{{- if eq .Values.rbac.scope "namespace" }}
- name: THV_REGISTRY_WATCH_NAMESPACE
  value: {{ .Values.rbac.allowedNamespaces | uniq | join "," | quote }}
{{- end }}
{{- include "registry.secretVariable" (dict "variable" "TOOLHIVE_OIDC_CLIENT_SECRET" "secret" .Values.oauth.clientSecret) }}
{{- if eq .Values.migration.mode "none" }}
{{- include "registry.migrationEnv" . }}
{{- end }}
{{- end -}}

{{/* "true" when the user mounts something at /tmp. */}}
{{- define "registry.hasOwnTmp" -}}
{{- $found := false -}}
{{- range .Values.extraVolumeMounts -}}
{{- if eq (.mountPath | trimSuffix "/") "/tmp" -}}{{- $found = true -}}{{- end -}}
{{- end -}}
{{- if $found -}}true{{- end -}}
{{- end -}}

{{/* Mounts of the server and of the migration. */}}
{{- define "registry.volumeMounts" -}}
- name: config
  mountPath: /etc/registry-server
  readOnly: true
{{- if not (include "registry.hasOwnTmp" .) }}
- name: registry-tmp
  mountPath: /tmp
{{- end }}
{{- if .Values.database.pgpassSecret.name }}
- name: registry-pgpass
  mountPath: /etc/registry-server-pgpass
  readOnly: true
{{- end }}
{{- if or .Values.database.ca.secretName .Values.database.ca.configMapName }}
- name: registry-database-ca
  mountPath: /etc/registry-server-database-ca
  readOnly: true
{{- end }}
{{- if or .Values.caBundle.secretName .Values.caBundle.configMapName }}
- name: registry-ca
  mountPath: /etc/registry-server-ca
  readOnly: true
{{- end }}
{{- range $index, $mount := .Values.secretMounts }}
- name: registry-secret-{{ $index }}
  mountPath: {{ $mount.mountPath | default (printf "/etc/registry-server-secrets/%s" $mount.name) }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A volume with certificate authorities. Takes `volume` and `ca` (`secretName` or `configMapName`, `key`). */}}
{{- define "registry.caVolume" -}}
{{- if or .ca.secretName .ca.configMapName }}
- name: {{ .volume }}
  {{- if .ca.secretName }}
  secret:
    secretName: {{ .ca.secretName }}
  {{- else }}
  configMap:
    name: {{ .ca.configMapName }}
  {{- end }}
    items:
      - key: {{ .ca.key }}
        path: ca.crt
{{- end }}
{{- end -}}

{{/* The volumes of the mounts above. Takes `root` and `configMapName`. */}}
{{- define "registry.volumes" -}}
- name: config
  configMap:
    name: {{ .configMapName }}
{{- with .root.Values }}
{{- if not (include "registry.hasOwnTmp" $.root) }}
- name: registry-tmp
  {{- toYaml .tmpVolume | nindent 2 }}
{{- end }}
{{- if .database.pgpassSecret.name }}
- name: registry-pgpass
  secret:
    secretName: {{ .database.pgpassSecret.name }}
    items:
      - key: {{ .database.pgpassSecret.key }}
        path: pgpass
{{- end }}
{{- include "registry.caVolume" (dict "volume" "registry-database-ca" "ca" .database.ca) }}
{{- include "registry.caVolume" (dict "volume" "registry-ca" "ca" .caBundle) }}
{{- range $index, $mount := .secretMounts }}
- name: registry-secret-{{ $index }}
  secret:
    secretName: {{ $mount.name }}
    {{- with $mount.items }}
    items:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- if $mount.optional }}
    optional: true
    {{- end }}
{{- end }}
{{- with .extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The container that migrates, as an init container or in a Job. */}}
{{- define "registry.migrationContainer" -}}
- name: migrate
  image: {{ include "registry.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args:
    - migrate
    - up
    - --config
    - /etc/registry-server/config.yaml
    - --yes
  {{- $env := printf "%s%s" (include "registry.sharedEnv" .) (include "registry.migrationEnv" .) | trim }}
  {{- if or $env .Values.extraEnv }}
  env:
    {{- with $env }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- with .Values.extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .Values.extraEnvFrom }}
  envFrom:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.securityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.migration.resources | default .Values.resources }}
  resources:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumeMounts:
    {{- include "registry.volumeMounts" . | nindent 4 }}
{{- end -}}

{{/* What the pods of the Deployment and of the migration's Job say alike about where and how they run. */}}
{{- define "registry.podSettings" -}}
enableServiceLinks: {{ .Values.enableServiceLinks }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
