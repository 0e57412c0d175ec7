#!/usr/bin/env bash
# Builds the release: the server binary in $CARGO_TARGET_DIR/release and the site in target/site,
# hashed, split and compressed. Takes a second when nothing it is made of has changed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

stamp="$CARGO_TARGET_DIR/release/quittance.stamp"

# Everything the build reads, and everything it wrote. Contents, not times: a fresh clone has new times,
# and another checkout that shares this target folder may have left its own binary here.
fingerprint() {
    {
        pwd
        rustc --version --verbose
        cargo leptos --version
        find Cargo.toml Cargo.lock src style public migrations -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
        sha256sum "$CARGO_TARGET_DIR/release/quittance" "$CARGO_TARGET_DIR/release/hash.txt"
        (cd target/site && find . -type f -printf '%p %s\n' | LC_ALL=C sort)
    } 2>&1 | sha256sum
}

if [ -f "$stamp" ] && [ -x "$CARGO_TARGET_DIR/release/quittance" ] && [ -d target/site/pkg ] &&
    [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
    quittance_say "The release is up to date"
    exit 0
fi

quittance_say "Building the release: browser part, then server (about 25 minutes from nothing on 2 cores, 13 after an edit)"
rm -f "$stamp"
cargo leptos build --release --split --precompress
[ -x "$CARGO_TARGET_DIR/release/quittance" ] || quittance_fail "the build left no $CARGO_TARGET_DIR/release/quittance"
[ -f "$CARGO_TARGET_DIR/release/hash.txt" ] || quittance_fail "the build left no hash.txt beside the binary; is hash-files = true in Cargo.toml?"
fingerprint >"$stamp"
