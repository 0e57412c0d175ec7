#!/usr/bin/env bash
# `make clean`: removes build output, test output and the demo database. The tools, which take long to
# build, stay; they are in the cache folder that this prints.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"
cargo clean
rm -rf target end2end/node_modules end2end/test-results
rm -f quittance.db quittance.db-shm quittance.db-wal quittance.db-new quittance.db-new-*
quittance_say "Kept: the tools in $quittance_tools (delete the folder to build them again)"
