# shellcheck shell=bash disable=SC2034
# Source this file: `source .ci/env.sh`. It puts the pinned build tools on PATH and sends every
# build, from any checkout, to one target folder outside the checkout.
#
#   QUITTANCE_CACHE   where tools and build output are kept  (default: ~/.cache/quittance)
#   CARGO_TARGET_DIR  build output; set it first to have your own (default: $QUITTANCE_CACHE/target)
#   CHROMIUM          a Chromium or Chrome other than /usr/bin/chromium

quittance_root="$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")/.." && pwd)"
quittance_cache="${QUITTANCE_CACHE:-$HOME/.cache/quittance}"
case "$quittance_cache" in
/*) ;;
*) quittance_cache="$PWD/$quittance_cache" ;;
esac
quittance_tools="$quittance_cache/tools"

# The tools that Cargo.lock does not pin.
cargo_leptos_version=0.3.11
binaryen_version=132

if [ -z "${CARGO_TARGET_DIR:-}" ]; then
    CARGO_TARGET_DIR="$quittance_cache/target"
fi
export CARGO_TARGET_DIR

# cargo tells sources apart by their times and not by their folders: what another checkout built last
# could pass for this one's. Whoever comes next to the folder builds its own program anew.
if [ "$(cat "$CARGO_TARGET_DIR/checkout" 2>/dev/null)" != "$quittance_root" ]; then
    mkdir -p "$CARGO_TARGET_DIR"
    touch "$quittance_root/src/lib.rs"
    printf '%s\n' "$quittance_root" >"$CARGO_TARGET_DIR/checkout"
fi

# ~/.cargo/bin is where rustup puts cargo, whether or not a login shell has read its profile.
for quittance_dir in "$HOME/.cargo/bin" "$quittance_tools/node/node_modules/.bin" "$quittance_tools/bin"; do
    case ":$PATH:" in
    *":$quittance_dir:"*) ;;
    *) PATH="$quittance_dir:$PATH" ;;
    esac
done
export PATH
unset quittance_dir

if [ -z "${CHROMIUM:-}" ]; then
    for quittance_browser in /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
        if [ -x "$quittance_browser" ]; then
            CHROMIUM="$quittance_browser"
            break
        fi
    done
    unset quittance_browser
fi
[ -z "${CHROMIUM:-}" ] || export CHROMIUM

# What the built server is started with: where the site lies and that its file names are hashed.
# hash.txt lies beside the binary, where the build put it, and has to stay there.
quittance_server_env=(
    LEPTOS_OUTPUT_NAME=quittance
    "LEPTOS_SITE_ROOT=$quittance_root/target/site"
    LEPTOS_SITE_PKG_DIR=pkg
    LEPTOS_HASH_FILES=true
    LEPTOS_HASH_FILE_NAME=hash.txt
    LEPTOS_ENV=PROD
)

# Runs a program of the release build; the names above that only these scripts use are kept from it.
quittance_release() { # quittance_release PROGRAM ARGUMENTS...
    env -u QUITTANCE_CACHE -u QUITTANCE_SCREENS "${quittance_server_env[@]}" \
        "$CARGO_TARGET_DIR/release/$1" "${@:2}"
}
quittance_binary() { quittance_release quittance "$@"; }

quittance_say() {
    if [ -t 2 ]; then
        printf '\033[1m==> %s\033[0m\n' "$*" >&2
    else
        printf '==> %s\n' "$*" >&2
    fi
}
quittance_fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
