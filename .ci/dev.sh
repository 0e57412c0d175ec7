#!/usr/bin/env bash
# `make dev`: builds for debugging, serves on 127.0.0.1:3000, builds and reloads on every change.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"
.ci/tools.sh build
export DATABASE_URL="${DATABASE_URL:-sqlite:quittance.db}"
if [ "$DATABASE_URL" = sqlite:quittance.db ] && [ ! -e quittance.db ]; then
    quittance_say "There is no quittance.db yet: the server makes an empty one; 'make run' makes one with the demo company"
fi
quittance_say "Building for debugging (about 4 minutes from nothing on 2 cores, 10 seconds after an edit)"
unset QUITTANCE_CACHE QUITTANCE_SCREENS
exec cargo leptos watch
