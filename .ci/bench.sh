#!/usr/bin/env bash
# `make bench`: speeds of the release build, on both databases. Prints figures and ratios, and never
# fails on time.
#
#   .ci/bench.sh           all
#   .ci/bench.sh portal    only this one (see src/bench)
#
# `make bench STEPS=profile` does the same. The profile wants minutes to make its company; on SQLite it
# is kept under the cache for the next time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

.ci/tools.sh test
.ci/build.sh
quittance_say "Building the benches (a minute after the release build)"
cargo leptos build --release --server-only --bin-cargo-args="--bin=quittance-bench"

only=("$@")
[ "${#only[@]}" -gt 0 ] || only=(import portal profile)
for name in "${only[@]}"; do
    sqlite=sqlite:
    [ "$name" != profile ] || sqlite="sqlite:$quittance_cache/bench/company.db"
    for database in "$sqlite" "$(.ci/postgres.sh start --owner $$)"; do
        quittance_release quittance-bench "$name" "$database"
    done
done
