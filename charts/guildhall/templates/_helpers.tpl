{{/*
Labels of an object: (dict "root" $ "component" "gateway"). The version label stays out of pod templates, so an upgrade of
the chart alone restarts nothing.
*/}}
{{- define "guildhall.labels" -}}
{{ include "guildhall.selector" . }}
app.kubernetes.io/part-of: guildhall
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "guildhall.selector" -}}
app.kubernetes.io/name: guildhall-{{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* metadata of a namespaced object: (dict "root" $ "component" "gateway" "name" "guildhall-gateway") */}}
{{- define "guildhall.metadata" -}}
{{ include "guildhall.clusterMetadata" . }}
  namespace: {{ .root.Release.Namespace }}
{{- end }}

{{- define "guildhall.clusterMetadata" -}}
metadata:
  name: {{ .name }}
  labels:
    {{- include "guildhall.labels" . | nindent 4 }}
  {{- with .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "guildhall.podLabels" -}}
{{ include "guildhall.selector" . }}
app.kubernetes.io/part-of: guildhall
{{- end }}

{{- define "guildhall.image" -}}
{{ .root.Values.images.registry }}/{{ .component }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* What every pod of the release shares: identity, restricted security, placement. (dict "root" $ "component" "gateway" "values" .Values.gateway) */}}
{{- define "guildhall.podSpec" -}}
serviceAccountName: guildhall-{{ .component }}
automountServiceAccountToken: true
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if gt (int .values.replicas) 1 }}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "guildhall.selector" $ | nindent 8 }}
  {{- end }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "guildhall.selector" . | nindent 14 }}
{{- end }}
{{- end }}

{{/* Fields of a container that are the same in all of them. */}}
{{- define "guildhall.container" -}}
{{- $live := eq .component "operator" | ternary "/livez" "/q/health/live" }}
{{- $ready := eq .component "operator" | ternary "/readyz" "/q/health/ready" -}}
image: {{ include "guildhall.image" . | quote }}
imagePullPolicy: {{ .root.Values.images.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
resources:
  {{- toYaml .values.resources | nindent 2 }}
startupProbe:
  httpGet: {path: {{ $live }}, port: management}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 90
livenessProbe:
  httpGet: {path: {{ $live }}, port: management}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: {{ $ready }}, port: management}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end }}

{{/* Environment that all processes share. */}}
{{- define "guildhall.env" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: JAVA_TOOL_OPTIONS
  value: -XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError
- name: QUARKUS_LOG_LEVEL
  value: {{ .values.logLevel | quote }}
{{- end }}

{{/* The service-account token for the ledger: projected, short-lived, good for that audience only. */}}
{{- define "guildhall.ledgerTokenVolume" -}}
- name: ledger-token
  projected:
    defaultMode: 0440
    sources:
      - serviceAccountToken:
          audience: guildhall-ledger
          expirationSeconds: 3600
          path: token
{{- end }}
