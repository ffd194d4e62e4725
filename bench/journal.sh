#!/bin/bash
# What the journal costs a message: CPU and latency, alone and with 100 sessions at once, beside bare
# SQLite writing two rows in two synced commits. On the disk where the repository lies: what a sync
# takes is the disk's affair, and a memory disk would flatter.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --static-swift-stdlib --product journal-bench >&2
folder=$(mktemp -d .cache/journal-bench.XXXXXX)
trap 'rm -rf "$folder"' EXIT
.build/release/journal-bench "$folder" "${MESSAGES:-2000}" 100
