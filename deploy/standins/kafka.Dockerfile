# Stands in for apache/kafka where that can't be pulled: the same jars, paths, user and variables.
FROM debian:trixie-slim
RUN apt-get update -q && apt-get install -q -y --no-install-recommends openjdk-21-jre-headless
RUN useradd --uid 1000 --home-dir /home/appuser --create-home appuser \
 && install -d -o appuser /var/lib/kafka/data /opt/kafka/config /etc/kafka/docker
COPY --chmod=755 kafka-run /etc/kafka/docker/run
COPY kafka-log4j2.xml /etc/kafka/docker/log4j2.xml
COPY --chmod=755 kafka-tool /opt/kafka/bin/kafka-broker-api-versions.sh
COPY libs /opt/kafka/libs
USER appuser
EXPOSE 9092
VOLUME /var/lib/kafka/data
CMD ["/etc/kafka/docker/run"]
