{{- define "image-tools.name" -}}
{{- default (printf "%s-image-tools" .Release.Name) .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "image-tools.selector" -}}
app.kubernetes.io/name: image-tools
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "image-tools.labels" -}}
{{ include "image-tools.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "image-tools.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "image-tools.name" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- /* What both pods have: dict "root" $ "role" (worker or collector) "of" (the role's values). */}}
{{- define "image-tools.pod" -}}
serviceAccountName: {{ include "image-tools.serviceAccount" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .of.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .of.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "image-tools.image" -}}
{{- $image := .root.Values.image }}
{{- $version := printf ":%s" (default (lower .root.Chart.AppVersion) $image.tag) }}
{{- with get $image.digests .role }}
{{- $version = printf "@%s" . }}
{{- end }}
{{- printf "%s/image-tools-%s%s" $image.registry .role $version }}
{{- end }}

{{- /* The port of a URL: dict "url" URL, with :PORT or by its scheme. */}}
{{- define "image-tools.port" -}}
{{- $parts := urlParse .url }}
{{- $port := regexFind ":[0-9]+$" $parts.host | trimPrefix ":" }}
{{- default (eq $parts.scheme "https" | ternary "443" "80") $port }}
{{- end }}

{{- define "image-tools.container" -}}
name: {{ .role }}
image: {{ include "image-tools.image" . | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
ports:
  - {name: metrics, containerPort: 9400}
startupProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 24
livenessProbe:
  httpGet: {path: /livez, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
resources:
  {{- toYaml .of.resources | nindent 2 }}
{{- end }}

{{- /* Variables, not arguments: they hold for `kubectl exec … -- image-tools doctor` as well. */}}
{{- define "image-tools.env" -}}
- {name: IMAGE_TOOLS_CONFIG, value: /etc/image-tools/config/config.properties}
{{- with get .root.Values.kafka .role }}
{{- if .secret }}
- {name: IMAGE_TOOLS_COMMAND_CONFIG, value: {{ printf "/etc/image-tools/kafka/%s" .key | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "image-tools.tracing" -}}
{{- $tracing := .Values.tracing -}}
{{- $attributes := printf "k8s.namespace.name=%s,k8s.pod.name=$(POD_NAME)" .Release.Namespace -}}
{{- range $name, $value := $tracing.resourceAttributes -}}
{{- $attributes = printf "%s,%s=%s" $attributes $name $value -}}
{{- end -}}
- {name: OTEL_TRACES_EXPORTER, value: otlp}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ $tracing.endpoint | quote }}}
- {name: OTEL_SERVICE_NAME, value: {{ $tracing.serviceName | quote }}}
- {name: OTEL_TRACES_SAMPLER, value: {{ $tracing.sampler }}}
{{- with $tracing.samplerArg }}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ . | quote }}}
{{- end }}
{{- with $tracing.headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom: {secretKeyRef: {name: {{ . | quote }}, key: {{ $tracing.headersKey | quote }}}}
{{- end }}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- {name: OTEL_RESOURCE_ATTRIBUTES, value: {{ $attributes | quote }}}
{{- end }}

{{- define "image-tools.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: config, mountPath: /etc/image-tools/config, readOnly: true}
{{- if (get .root.Values.kafka .role).secret }}
- {name: kafka, mountPath: /etc/image-tools/kafka, readOnly: true}
{{- end }}
{{- end }}

{{- define "image-tools.volumes" -}}
- name: tmp # Kafka's compression is a native library, unpacked there
  emptyDir: {medium: Memory, sizeLimit: {{ .of.tmpSize }}}
- name: config
  configMap: {name: {{ include "image-tools.name" .root }}}
{{- with (get .root.Values.kafka .role).secret }}
- name: kafka
  secret: {secretName: {{ . | quote }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{- define "image-tools.podMeta" -}}
labels:
  {{- include "image-tools.selector" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .role }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ include (print .root.Template.BasePath "/configmap.yaml") .root | sha256sum }}
  {{- with .of.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
