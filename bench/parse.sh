#!/bin/bash
# Reading mail: MB/s of CPU time over the corpora beside GMime 3's, and the memory of large mail.
# The corpora beside the checkout, or else the fixtures of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t files < <(ls ../shared/corpora/messages/*.eml 2>/dev/null || ls Tests/MailTests/Fixtures/*/*.eml)
BENCH=1 swift build -c release --product bench-parse --build-path .build-bench >&2
ours=.build-bench/release/bench-parse
# Each is taken three times in turn, for a machine that does other things too.
rate() { # rate COMMAND: the best of three
    for _ in 1 2 3; do "$@" 5 "${files[@]}" | cut -d' ' -f1; done | sort -g | tail -1
}
mine=$(rate "$ours")
if pkg-config --exists gmime-3.0 2>/dev/null; then
    # shellcheck disable=SC2046 # flags are words
    cc -O2 bench/parse/gmime.c -o "$WORK/gmime" $(pkg-config --cflags --libs gmime-3.0)
    theirs=$(rate "$WORK/gmime")
    printf 'reading %s messages, CPU\t%.0f MB/s\tGMime %s\t%.0f MB/s\t%.2f\t>= 1.0\n' ${#files[@]} "$mine" \
        "$(pkg-config --modversion gmime-3.0)" "$theirs" "$(awk "BEGIN { print $mine / $theirs }")"
else
    echo 'parse: no GMime here; apt-get install libgmime-3.0-dev compares with it' >&2
    printf 'reading %s messages, CPU\t%.0f MB/s\t\t\t\t\n' ${#files[@]} "$mine"
fi
for size in 10 30; do
    {
        printf 'Subject: large\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n'
        printf 'Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n'
        head -c $((size * 740000)) /dev/urandom | base64
        printf -- '--b--\n'
    } >"$WORK/large.eml"
    peak=$("$ours" 0 "$WORK/large.eml" | cut -d' ' -f1)
    printf 'peak memory of a %s MB message\t%.2f\tits size\t1\t%.2f\t<= 3\n' $size "$peak" "$peak"
done
