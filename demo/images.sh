# Small multi-platform images, made on the spot and pushed over the registry API. Sourced by demo.sh
# and bench/run.sh; needs curl, tar, gzip and sha256sum (or shasum).

_digest() { # FILE
  if command -v sha256sum >/dev/null; then
    echo "sha256:$(sha256sum <"$1" | cut -d ' ' -f 1)"
  else
    echo "sha256:$(shasum -a 256 <"$1" | cut -d ' ' -f 1)"
  fi
}

_size() { # FILE
  wc -c <"$1" | tr -d ' '
}

_push_blob() { # HOST REPOSITORY FILE
  local digest place
  digest=$(_digest "$3")
  place=$(curl -fsS -o /dev/null -D - -X POST "http://$1/v2/$2/blobs/uploads/" |
    tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  case $place in
    http*) ;;
    *) place=http://$1$place ;;
  esac
  case $place in
    *\?*) place="$place&digest=$digest" ;;
    *) place="$place?digest=$digest" ;;
  esac
  curl -fsS -o /dev/null -X PUT -H 'Content-Type: application/octet-stream' \
    --data-binary "@$3" "$place"
}

_push_manifest() { # HOST REPOSITORY REFERENCE MEDIA_TYPE FILE
  curl -fsS -o /dev/null -X PUT -H "Content-Type: $4" --data-binary "@$5" \
    "http://$1/v2/$2/manifests/$3"
}

# Pushes HOST/REPOSITORY:TAG as a Docker manifest list of the platforms, each with one layer, which
# holds IMAGE_LAYER_KB (default 0) of random bytes.
push_image() { # HOST REPOSITORY TAG WORK_FOLDER OS/ARCH[/VARIANT]...
  local host=$1 repository=$2 tag=$3 work=$4 type=application/vnd.docker
  local platform os arch variant entries='' diff_id
  shift 4
  mkdir -p "$work"
  for platform in "$@"; do
    IFS=/ read -r os arch variant <<<"$platform"
    echo "$repository:$tag for $platform" >"$work/hello.txt"
    head -c $((${IMAGE_LAYER_KB:-0} * 1024)) /dev/urandom >>"$work/hello.txt"
    tar -C "$work" -cf "$work/layer.tar" hello.txt
    diff_id=$(_digest "$work/layer.tar")
    gzip -nc "$work/layer.tar" >"$work/layer.gz"
    printf '{"architecture":"%s","os":"%s"%s,"config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}' \
      "$arch" "$os" "${variant:+,\"variant\":\"$variant\"}" "$diff_id" >"$work/config.json"
    printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","size":%s,"digest":"%s"},"layers":[{"mediaType":"%s","size":%s,"digest":"%s"}]}' \
      "$type.distribution.manifest.v2+json" \
      "$type.container.image.v1+json" "$(_size "$work/config.json")" "$(_digest "$work/config.json")" \
      "$type.image.rootfs.diff.tar.gzip" "$(_size "$work/layer.gz")" "$(_digest "$work/layer.gz")" \
      >"$work/manifest.json"
    _push_blob "$host" "$repository" "$work/layer.gz"
    _push_blob "$host" "$repository" "$work/config.json"
    _push_manifest "$host" "$repository" "$(_digest "$work/manifest.json")" \
      "$type.distribution.manifest.v2+json" "$work/manifest.json"
    entries="$entries${entries:+,}$(
      printf '{"mediaType":"%s","size":%s,"digest":"%s","platform":{"architecture":"%s","os":"%s"%s}}' \
        "$type.distribution.manifest.v2+json" "$(_size "$work/manifest.json")" \
        "$(_digest "$work/manifest.json")" "$arch" "$os" "${variant:+,\"variant\":\"$variant\"}"
    )"
  done
  printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' \
    "$type.distribution.manifest.list.v2+json" "$entries" >"$work/list.json"
  _push_manifest "$host" "$repository" "$tag" "$type.distribution.manifest.list.v2+json" \
    "$work/list.json"
}

# Starts a registry server on a free port of this machine. Sets REGISTRY_HOST and adds its process
# to REGISTRY_PIDS.
REGISTRY_PIDS=()
start_registry() { # FOLDER
  local attempt pid port
  mkdir -p "$1"
  cat >"$1/config.yml" <<CONFIG
version: 0.1
log:
  level: info
storage:
  delete:
    enabled: true
  filesystem:
    rootdirectory: '$1/data'
http:
  addr: 127.0.0.1:0
CONFIG
  # Without OTEL_TRACES_EXPORTER=none it waits for a collector of traces.
  OTEL_TRACES_EXPORTER=none docker-registry serve "$1/config.yml" >"$1/registry.log" 2>&1 &
  pid=$!
  REGISTRY_PIDS+=("$pid")
  for attempt in $(seq 100); do
    port=$(sed -n 's/.*listening on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$1/registry.log" | head -n 1)
    if [ -n "$port" ]; then
      REGISTRY_HOST=127.0.0.1:$port
      return 0
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "The registry did not start:" >&2
  cat "$1/registry.log" >&2
  return 1
}

# Never fails: it runs in traps, where "set -e" would end the cleaning half-way.
stop_registries() {
  local pid
  for pid in ${REGISTRY_PIDS[@]+"${REGISTRY_PIDS[@]}"}; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  REGISTRY_PIDS=()
}
