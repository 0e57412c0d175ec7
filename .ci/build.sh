#!/usr/bin/env bash
# Builds the release: the server binary in $CARGO_TARGET_DIR/release and the site in target/site,
# hashed, split and compressed. Takes a second when nothing it is made of has changed.
#
#   .ci/build.sh          at once
#   .ci/build.sh FILE     the server only after there is such a file
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

after="${1:-}"
stamp="$CARGO_TARGET_DIR/release/quittance.stamp"

# Everything the build reads, and everything it wrote. Contents, not times: a fresh clone has new times,
# and another checkout that shares this target folder may have left its own binary here.
fingerprint() {
    {
        pwd
        rustc --version --verbose
        cargo leptos --version
        find Cargo.toml Cargo.lock .cargo src style public migrations -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        sha256sum "$CARGO_TARGET_DIR/release/quittance" "$CARGO_TARGET_DIR/release/hash.txt"
        (cd target/site && find . -type f -printf '%p %s\n' | LC_ALL=C sort)
    } 2>&1 | sha256sum
}

if [ -f "$stamp" ] && [ -x "$CARGO_TARGET_DIR/release/quittance" ] && [ -d target/site/pkg ] &&
    [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    quittance_say "The release is up to date"
    exit 0
fi

quittance_say "Building the release: browser part and server at once (about 20 minutes from nothing on 2 cores, 10 after an edit)"
rm -f "$stamp"

# At once, because each of them keeps one core waiting for minutes: the browser part where all of it is
# linked and optimised as one unit, the server where its own code is read. The server's lines come after
# the browser part's.
server_log="$(mktemp)"
set -m # the server's part in a process group of its own, so that all of it can be ended
{
    until [ -z "$after" ] || [ -e "$after" ]; do sleep 1; done
    cargo leptos build --release --server-only
} >"$server_log" 2>&1 </dev/null &
server=$!
set +m
trap 'kill -- -"$server" 2>/dev/null || true; rm -f "$server_log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cargo leptos build --release --frontend-only --split --precompress
tail --pid="$server" -n +1 -f "$server_log"
status=0
wait "$server" || status=$?
[ "$status" = 0 ] || quittance_fail "the server was not built"

[ -x "$CARGO_TARGET_DIR/release/quittance" ] || quittance_fail "the build left no $CARGO_TARGET_DIR/release/quittance"
[ -f "$CARGO_TARGET_DIR/release/hash.txt" ] || quittance_fail "the build left no hash.txt beside the binary; is hash-files = true in Cargo.toml?"
fingerprint >"$stamp"
