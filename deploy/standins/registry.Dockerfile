# Stands in for registry:2 where that can't be pulled: the same program from Debian, path, port.
FROM debian:trixie-slim
RUN apt-get update -q && apt-get install -q -y --no-install-recommends docker-registry wget
ENV OTEL_TRACES_EXPORTER=none
COPY registry.yml /etc/docker/registry/config.yml
EXPOSE 5000
VOLUME /var/lib/registry
ENTRYPOINT ["docker-registry"]
CMD ["serve", "/etc/docker/registry/config.yml"]
