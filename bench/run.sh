#!/usr/bin/env bash
# Measures image-tools against skopeo in the same run: a list of images that are new to the
# destination, then the same list unchanged, at one and at twenty images at once. Brings its own
# registries and images. Prints a table and keeps it in bench/results.
#
#   bench/run.sh [-n IMAGES] [-r ROUNDS] [-k KIB_PER_LAYER] [--engine ENGINE[,ENGINE]]
#
# Default: -n 100 -r 1 -k 4 --engine skopeo,registry
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=demo/images.sh
source "$home/demo/images.sh"

images=100
rounds=1
kib=4
engines=skopeo,registry
while [ $# -gt 0 ]; do
  case $1=${2-} in
    -n=?*) images=$2 ;;
    -r=?*) rounds=$2 ;;
    -k=?*) kib=$2 ;;
    --engine=?*) engines=$2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done

for program in docker-registry skopeo curl setsid; do
  command -v "$program" >/dev/null || {
    echo "The benchmark needs $program; .ci/run installs it" >&2
    exit 3
  }
done

work=$(mktemp -d)
running=() # what is being measured, and who watches its memory
cleanup() {
  local pid
  for pid in ${running[@]+"${running[@]}"}; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  stop_registries
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
export LC_ALL=C

say() { printf '%s\n' "$*" >&2; }

# ---- The corpus ----------------------------------------------------------------------------------

# Pushes the images of one of four workers, which share the work by remainder.
push_share() { # HOST REMAINDER
  local number
  for ((number = $2; number < images; number += 4)); do
    push_image "$1" "bench/image-$number" 1.0 "$work/push-$2" linux/amd64 linux/arm64
  done
}

make_corpus() { # HOST
  local remainder pids=()
  for remainder in 0 1 2 3; do
    IMAGE_LAYER_KB=$kib push_share "$1" "$remainder" &
    pids+=("$!")
  done
  for remainder in "${pids[@]}"; do
    wait "$remainder"
  done
}

# The digest of every image of the list at a registry, a line each.
digests() { # HOST
  local number
  for ((number = 0; number < images; number++)); do
    echo "url = \"http://$1/v2/bench/image-$number/manifests/1.0\""
  done >"$work/urls"
  curl -sS -I -H 'Accept: application/vnd.docker.distribution.manifest.list.v2+json' \
    -K "$work/urls" | tr -d '\r' | sed -n 's/^[Dd]ocker-[Cc]ontent-[Dd]igest: //p'
}

# ---- Measuring -----------------------------------------------------------------------------------

# Peak of the memory (KiB, resident, summed) of all processes of a session until its leader ends.
watch_memory() { # SESSION RESULT_FILE
  local session=$1 peak=0 now
  while [ -e "/proc/$session" ]; do
    # After the name in brackets: the session is field 4, resident pages are field 22 (proc(5)).
    # A process may be gone between its listing and its reading.
    now=$({ cat /proc/[0-9]*/stat 2>/dev/null || true; } |
      awk -v session="$session" '{ sub(/^.*\) /, "") } $4 == session { pages += $22 }
        END { print pages * 4 }')
    [ "$now" -le "$peak" ] || peak=$now
    sleep 0.2
  done
  echo "$peak" >"$2"
}

# Runs a command in a session of its own; appends "LABEL wall-s cpu-s peak-MiB" to the rows.
measure() { # LABEL COMMAND...
  local label=$1 status=0 leader watcher wall user sys
  local TIMEFORMAT='%R %U %S'
  shift
  {
    time {
      setsid "$@" </dev/null >"$work/log" 2>&1 &
      leader=$!
      watch_memory "$leader" "$work/peak" 2>/dev/null &
      watcher=$!
      running=("$leader" "$watcher")
      wait "$leader" # in the background, so that Ctrl-C ends it at once
    }
  } 2>"$work/time" || status=$?
  wait "$watcher"
  running=()
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$work/log" >&2
    say "$label ended with status $status: no result"
    exit 1
  fi
  read -r wall user sys <"$work/time"
  awk -v label="$label" -v wall="$wall" -v user="$user" -v sys="$sys" -v peak="$(cat "$work/peak")" \
    'BEGIN { printf "%s\t%.2f\t%.2f\t%.0f\n", label, wall, user + sys, peak / 1024 }' |
    tee -a "$work/rows" >&2
}

same_as_source() { # LABEL HOST
  digests "$2" >"$work/arrived"
  cmp -s "$work/wanted" "$work/arrived" || {
    say "$1: the destination does not have what the source has"
    exit 1
  }
}

image_tools() { # ENGINE JOBS
  local destination
  start_registry "$work/destination"
  destination=$REGISTRY_HOST
  local command=("$home/image-tools" mirror -f "$work/list" -s "$source" -d "$destination" -j "$2"
    --engine "$1" -o "$work/failed" --progress none
    --insecure-registry "$source" --insecure-registry "$destination")
  measure "image-tools $1 -j$2, new" "${command[@]}"
  same_as_source "image-tools $1 -j$2" "$destination"
  measure "image-tools $1 -j$2, unchanged" "${command[@]}"
  # What one use costs before the first image: Java, broker, topics.
  [ "$2" -ne 1 ] || measure "image-tools $1, list of one, unchanged" "${command[@]/$work\/list/$work/one}"
  drop_destination
}

skopeo_at_once() {
  local destination
  start_registry "$work/destination"
  destination=$REGISTRY_HOST
  # shellcheck disable=SC2016
  local command=(xargs -a "$work/names" -P 20 -I NAME skopeo copy -q --all --src-tls-verify=false
    --dest-tls-verify=false "docker://$source/NAME:1.0" "docker://$destination/NAME:1.0")
  measure "xargs -P20 skopeo, new" "${command[@]}"
  same_as_source skopeo "$destination"
  measure "xargs -P20 skopeo, unchanged" "${command[@]}"
  drop_destination
}

drop_destination() {
  local last=$((${#REGISTRY_PIDS[@]} - 1))
  kill "${REGISTRY_PIDS[$last]}"
  wait "${REGISTRY_PIDS[$last]}" 2>/dev/null || true
  unset "REGISTRY_PIDS[$last]"
  rm -rf "$work/destination"
}

# ---- The table -----------------------------------------------------------------------------------

# Median of each label over the rounds; ratios to skopeo's row of the same state.
table() {
  sort -t "$(printf '\t')" -k 1,1 "$work/rows" | awk -F '\t' -v engines="$engines" '
    function median(values, count,   i, j, swap) {
      for (i = 1; i <= count; i++)
        for (j = i + 1; j <= count; j++)
          if (values[j] < values[i]) { swap = values[i]; values[i] = values[j]; values[j] = swap }
      return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
    }
    function of(label, column,   i, values) {
      for (i = 1; i <= rounds[label]; i++) values[i] = cell[label, column, i]
      return median(values, rounds[label])
    }
    { rounds[$1]++; for (c = 2; c <= 4; c++) cell[$1, c, rounds[$1]] = $c }
    END {
      print "| what | wall s | CPU s | peak MiB | wall / skopeo | CPU / skopeo |"
      print "|---|---:|---:|---:|---:|---:|"
      count = split("new unchanged", states, " ")
      engine_count = split(engines, engine, ",")
      for (e = 1; e <= engine_count; e++) {
        who[++people] = "image-tools " engine[e] " -j1"
        who[++people] = "image-tools " engine[e] " -j20"
      }
      who[++people] = "xargs -P20 skopeo"
      for (s = 1; s <= count; s++)
        for (w = 1; w <= people; w++) {
          label = who[w] ", " states[s]
          base = who[people] ", " states[s]
          printf "| %s | %.2f | %.2f | %.0f | %.2f | %.2f |\n", label, of(label, 2), of(label, 3),
            of(label, 4), of(label, 2) / of(base, 2), of(label, 3) / of(base, 3)
        }
      for (e = 1; e <= engine_count; e++) {
        label = "image-tools " engine[e] ", list of one, unchanged"
        printf "| %s | %.2f | %.2f | %.0f | | |\n", label, of(label, 2), of(label, 3), of(label, 4)
      }
    }'
}

report() {
  echo "# image-tools and skopeo, $(date -u +%Y-%m-%dT%H:%MZ)"
  echo
  echo "$images images of two platforms, one layer of $kib KiB each; median of $rounds round(s);" \
    "$(nproc) processors; $(skopeo --version); commit $(git -C "$home" rev-parse --short HEAD 2>/dev/null || echo unknown)."
  echo "Registries: docker-registry on this machine, a fresh destination for each. CPU is user + sys of" \
    "the command and its children, without the registries. Peak is the sum of resident memory, sampled five times a second."
  echo
  table
}

# ---- The run -------------------------------------------------------------------------------------

"$home/image-tools" --version >&2 # builds it, if it isn't yet
start_registry "$work/source"
source=$REGISTRY_HOST
say "making $images images"
make_corpus "$source"
for ((number = 0; number < images; number++)); do
  echo "bench/image-$number" >>"$work/names"
  echo "bench/image-$number bench/image-$number 1.0" >>"$work/list"
done
head -n 1 "$work/list" >"$work/one"
digests "$source" >"$work/wanted"
[ "$(wc -l <"$work/wanted")" -eq "$images" ] || { say "the source lacks images"; exit 1; }

for ((round = 1; round <= rounds; round++)); do
  say "round $round of $rounds"
  for engine in ${engines//,/ }; do
    image_tools "$engine" 1
    image_tools "$engine" 20
  done
  skopeo_at_once
done

mkdir -p "$home/bench/results"
result=$home/bench/results/$(date -u +%Y-%m-%dT%H%M%SZ).md
report | tee "$result"
say "kept in ${result#"$home"/}"
