#!/usr/bin/env bash
# Shows image-tools at work, without an account and without any other machine: two registries on
# this one, a few multi-platform images made on the spot, mirrored from one to the other, twice.
# Leaves nothing behind. (The very first use of image-tools builds it, which needs Maven Central.)
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=demo/images.sh
source "$home/demo/images.sh"

for program in docker-registry skopeo curl; do
  command -v "$program" >/dev/null || {
    echo "The demo needs $program. Install it: apt-get install $program (or run .ci/run, which gets all)" >&2
    exit 3
  }
done

work=$(mktemp -d)
cleanup() {
  stop_registries
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

title() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] || title() { printf '\n== %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; }

title "Two registries on this machine"
start_registry "$work/source"
source=$REGISTRY_HOST
start_registry "$work/destination"
destination=$REGISTRY_HOST
echo "source $source, destination $destination"

title "A few images in the source"
push_image "$source" shop/frontend 2.1 "$work/image" linux/amd64 linux/arm64
push_image "$source" shop/backend 2.1 "$work/image" linux/amd64 linux/arm64/v8 linux/arm/v7
push_image "$source" shop/backend 2.2 "$work/image" linux/amd64 linux/arm64/v8 linux/arm/v7
push_image "$source" tools/probe 0.9 "$work/image" linux/amd64 linux/s390x
cat >"$work/list.txt" <<LIST
# SOURCE            DESTINATION       TAG
shop/frontend       mirror/frontend   2.1
shop/backend        mirror/backend    2.1
shop/backend        mirror/backend    2.2
tools/probe         mirror/probe      0.9
shop/no-such-image  mirror/missing    1.0
LIST
cat "$work/list.txt"

mirror() {
  local status=0
  show "image-tools mirror -f list.txt -s $source -d $destination -j 4 --insecure-registry …"
  (
    cd "$work"
    "$home/image-tools" mirror -f list.txt -s "$source" -d "$destination" -j 4 \
      --insecure-registry "$source" --insecure-registry "$destination"
  ) || status=$?
  echo "exit status $status"
  [ "$status" -le 1 ] || exit "$status"
}

title "Mirrored: amd64 and arm64 of each; one image of the list does not exist"
mirror

title "What the destination has now"
for repository in $(curl -fsS "http://$destination/v2/_catalog" | grep -o '"mirror/[^"]*"' | tr -d '"'); do
  curl -fsS "http://$destination/v2/$repository/tags/list"
done

title "What was not mirrored: a list again, to be fed back in"
show "cat mirror-failed.txt"
cat "$work/mirror-failed.txt" 2>/dev/null || echo "(nothing)"

title "Once more: all there already, so nothing is copied"
mirror

title "Done; the registries are stopped and everything is removed"
