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
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
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

{{- define "image-tools.container" -}}
name: {{ .role }}
image: "{{ .root.Values.image.registry }}/image-tools-{{ .role }}:{{ default (lower .root.Chart.AppVersion) .root.Values.image.tag }}"
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
annotations:
  checksum/config: {{ include (print .root.Template.BasePath "/configmap.yaml") .root | sha256sum }}
  {{- with .of.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
