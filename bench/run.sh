#!/usr/bin/env bash
# Measures image-tools, skopeo, other tools that are here, and a floor, in turn, on registries and
# images of its own. Builds what it needs first. See bench/README.md; --help lists the options.
#
#   bench/run.sh            the whole of it
#   bench/run.sh --quick    fewer and smaller images
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

for program in docker-registry skopeo xargs git; do
  command -v "$program" >/dev/null || {
    echo "The benchmark needs $program; .ci/run installs it" >&2
    exit 3
  }
done

"$home/image-tools" --version >&2 # builds it and stores its classes, if that is not done yet
(cd "$home" && ./mvnw --batch-mode -q -Dquick -Dmaven.test.skip=true -pl bench -am package) >&2

# Registries in memory, if there is room: disks differ more than programs do.
room=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
if [ -w /dev/shm ] && [ "$room" -gt 10240 ]; then
  parent=/dev/shm
else
  parent=${TMPDIR:-/tmp}
fi
work=$(mktemp -d "$parent/image-tools-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

classpath=$home/bench/target/classes:$home/testing/target/classes
for jar in "$home"/cli/target/app/lib/*.jar; do
  classpath=$classpath:$jar
done
java -XX:+UseSerialGC -Djava.io.tmpdir="$work" -cp "$classpath" io.imagetools.bench.Benchmark \
  --home "$home" --result "$home/bench/target/reports" "$@"
