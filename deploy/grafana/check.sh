#!/usr/bin/env bash
# Holds the dashboard against the types that Grafana publishes of its own schema. Needs node and npm, and fetches
# @grafana/schema and typescript; not a part of CI, which holds the questions against a real Prometheus instead.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @grafana/schema@13 typescript@5
cat >check.ts <<'TYPES'
import type { Dashboard } from "@grafana/schema";
// In JSON an enum is its value.
type Plain<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const dashboard: Plain<Dashboard> =
TYPES
cat "$folder/image-tools.json" >>check.ts
npx --no-install tsc --noEmit --strict --skipLibCheck --target es2022 --module nodenext check.ts
echo "image-tools.json is a dashboard of schema version $(sed -n 's/^ *"schemaVersion": \([0-9]*\).*/\1/p' "$folder/image-tools.json")"
