#!/usr/bin/env bash
# `make soak` and `make bench`: the long tests and the measurements, on the release build.
#
#   .ci/long.sh soak   the full figures of every rule that `make test` only samples
#   .ci/long.sh bench  speeds: prints figures and ratios, never fails on time
#
# They are Rust tests marked #[ignore] whose path contains `soak` or `bench`. They are given
# TEST_POSTGRES_URL (a private server) and RELEASE_BINARY (the release binary, with its site).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

kind="${1:-}"
case "$kind" in
soak | bench) ;;
*) quittance_fail "long.sh: soak or bench?" ;;
esac

.ci/tools.sh test
.ci/build.sh

quittance_say "Building the tests with the release's settings (5 minutes from nothing), then running '$kind'"
export REQUIRE_POSTGRES=1 RELEASE_BINARY="$CARGO_TARGET_DIR/release/quittance"
export "${quittance_server_env[@]}"
# In one process and one at a time: measurements must not compete.
.ci/postgres.sh with cargo test --release --locked --lib --color never "$kind" -- \
    --ignored --nocapture --test-threads=1 2>&1 | tee "$CARGO_TARGET_DIR/$kind.log"
if ! grep -qE '^test result: ok\. [1-9][0-9]* passed' "$CARGO_TARGET_DIR/$kind.log"; then
    quittance_fail "no test ran: there is none marked #[ignore] whose path contains '$kind'"
fi
