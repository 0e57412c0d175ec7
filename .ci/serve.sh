#!/usr/bin/env bash
# `make run`: tools, release build, demo company on first use, then the server in the foreground.
#
#   DATABASE_URL  another database (default: sqlite:quittance.db in the checkout)
#   LISTEN        another address  (default: 127.0.0.1:3000)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

listen="${LISTEN:-127.0.0.1:3000}"
database="${DATABASE_URL:-sqlite:quittance.db}"

.ci/tools.sh build
.ci/build.sh

# The demo company is loaded only into the default database, and only when that is not there yet:
# under another name first, so that an interrupted load is not taken for a finished one.
if [ "$database" = sqlite:quittance.db ] && [ ! -e quittance.db ]; then
    quittance_say "Loading the demo company into quittance.db (under a minute; delete the file to start afresh)"
    rm -f quittance.db-new quittance.db-new-*
    quittance_binary demo --database sqlite:quittance.db-new
    for part in -wal -shm ""; do
        if [ -e "quittance.db-new$part" ]; then
            mv "quittance.db-new$part" "quittance.db$part"
        fi
    done
fi

exec env -u QUITTANCE_CACHE -u QUITTANCE_SCREENS "${quittance_server_env[@]}" \
    "$CARGO_TARGET_DIR/release/quittance" serve --database "$database" --listen "$listen"
