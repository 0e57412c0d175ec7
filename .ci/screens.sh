#!/usr/bin/env bash
# `make screens`: pictures of every page at 320, 768 and 1280 px, light and dark, to be looked at.
#
#   QUITTANCE_SCREENS  where to (default: /tmp/quittance-screens)
#   URLS               only these, separated by blanks, e.g. URLS="/portal /staff/customers"
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"
.ci/tools.sh test
.ci/build.sh
screens="${QUITTANCE_SCREENS:-/tmp/quittance-screens}"
mkdir -p "$screens"
screens="$(cd "$screens" && pwd)"
quittance_say "Taking pictures into $screens (a minute or two)"
cd end2end
SCREENS="$screens" SCREENS_URLS="${URLS:-}" node_modules/.bin/playwright test --project=screens --reporter=list
