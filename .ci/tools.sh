#!/usr/bin/env bash
# Installs what building and testing needs; what is there already is left alone, so that a second
# run takes a second.
#
#   .ci/tools.sh          everything
#   .ci/tools.sh build    what `make run` needs: compiler target, cargo-leptos, wasm-bindgen, wasm-opt
#   .ci/tools.sh test     that, and what `make test` needs: Chromium, PostgreSQL, browser-test packages
#
# Tools are kept in ${QUITTANCE_CACHE:-~/.cache/quittance}/tools and built again only when the version
# that the project names differs. A tool of the right version that is on PATH already is used as it is.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

case "${1:-test}" in
build) with_tests=no ;;
test) with_tests=yes ;;
*) quittance_fail "tools.sh: '$1'? It is 'build' or 'test'" ;;
esac

cd "$quittance_root"
mkdir -p "$quittance_tools/bin"

# Two runs at once (say a test beside a demo) would build the same tool twice.
if command -v flock >/dev/null; then
    exec 9>"$quittance_tools/.lock"
    if ! flock --nonblock 9; then
        quittance_say "Waiting for another run that is installing tools"
        flock 9
    fi
fi

# --- What only the person can install ------------------------------------------------------------

version_at_least() { # version_at_least WANTED FOUND
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

missing=""
if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
    missing+="
  Rust: install rustup as https://rustup.rs says, then run this again."
else
    rust_wanted="$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$quittance_root/Cargo.toml")"
    rust_found="$(rustc --version | awk '{print $2}')"
    if ! version_at_least "$rust_wanted" "$rust_found"; then
        missing+="
  Rust $rust_wanted or newer (found $rust_found): run 'rustup update stable'."
    fi
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    missing+="
  Node.js 20 or newer, with npm: https://nodejs.org, or your system's packages if they are that new."
else
    node_found="$(node --version | tr -d v)"
    if ! version_at_least 20 "$node_found"; then
        missing+="
  Node.js 20 or newer (found $node_found)."
    fi
fi
[ -z "$missing" ] || quittance_fail "these have to be there first:$missing"

# --- System packages ------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt_updated=no
update_lists() {
    if [ "$apt_updated" = no ]; then
        quittance_say "Reading the system's package lists (10 seconds)"
        as_root apt-get update -qq
        apt_updated=yes
    fi
}
apt_install() {
    if ! command -v apt-get >/dev/null; then
        quittance_fail "this system has no apt-get; install these (or what they are called here), then run this again: $*"
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        quittance_fail "not root and no sudo; have an administrator run: apt-get install $*"
    fi
    update_lists
    quittance_say "Installing system packages: $* (up to 2 minutes)"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null
}

packages=()
command -v cc >/dev/null || packages+=(build-essential)
command -v pkg-config >/dev/null || packages+=(pkg-config)
if [ "$with_tests" = yes ] && [ -z "${CHROMIUM:-}" ]; then
    packages+=(chromium fonts-liberation fonts-dejavu-core)
fi
if [ "${#packages[@]}" -gt 0 ]; then
    apt_install "${packages[@]}"
fi

# Only the server's programs are wanted. Debian's package also makes and starts a cluster named
# "main" unless it is told not to; tell it, and put its setting back afterwards.
if [ "$with_tests" = yes ] && ! .ci/postgres.sh programs >/dev/null 2>&1; then
    conf=/etc/postgresql-common/createcluster.conf
    [ -f "$conf" ] || apt_install postgresql-common
    restore_conf() { as_root sed -i '/# set by quittance$/d' "$conf"; }
    if [ -f "$conf" ]; then
        trap restore_conf EXIT
        echo "create_main_cluster = false # set by quittance" | as_root tee -a "$conf" >/dev/null
    fi
    update_lists
    if apt-cache show postgresql-15 >/dev/null 2>&1; then
        apt_install postgresql-15
    else
        apt_install postgresql
    fi
    if [ -f "$conf" ]; then
        restore_conf
        trap - EXIT
    fi
fi

# --- The compiler's parts ---------------------------------------------------------------------------

if [ ! -d "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown" ]; then
    command -v rustup >/dev/null ||
        quittance_fail "this Rust came without rustup; install its wasm32-unknown-unknown target by your system's packages"
    quittance_say "Adding the compiler's browser target (10 seconds)"
    rustup target add wasm32-unknown-unknown
fi
if [ "$with_tests" = yes ]; then
    for part in clippy fmt; do
        if ! cargo "$part" --version >/dev/null 2>&1; then
            quittance_say "Adding $part"
            case "$part" in
            fmt) rustup component add rustfmt ;;
            *) rustup component add "$part" ;;
            esac
        fi
    done
fi

# --- Tools built from source ------------------------------------------------------------------------

# build_tool NAME VERSION ARGUMENTS... — `cargo install` in a folder of its own, away from the
# project's settings; the folder (1.6 GB) goes when it is done and is used again if it was interrupted.
build_tool() {
    local name="$1" version="$2"
    shift 2
    (
        cd "$quittance_cache"
        unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_BUILD_RUSTFLAGS
        # shellcheck disable=SC2030
        export CARGO_TARGET_DIR="$quittance_cache/tools-build" CARGO_PROFILE_RELEASE_OPT_LEVEL=0
        # They run once per build: only what reads, writes and packs large files is worth optimising.
        local hot=()
        for package in brotli miniz_oxide walrus wasm-bindgen-cli-support wasm-encoder wasmparser zopfli; do
            hot+=(--config "profile.release.package.$package.opt-level=2")
        done
        cargo install "$name" --version "$version" --root "$quittance_tools" --force "${hot[@]}" "$@"
    )
    rm -rf "$quittance_cache/tools-build"
}

found="$(cargo leptos --version 2>/dev/null | awk '{print $NF}' || true)"
if [ "$found" != "$cargo_leptos_version" ]; then
    quittance_say "Building cargo-leptos $cargo_leptos_version (about 6 minutes on 2 cores; once per machine)"
    # Its own profile is one unit with link-time optimisation, far slower to build and no use here.
    # Its lockfile names a crate that says it wants a newer compiler than 1.95, and does without.
    # no_downloads: a missing tool is then an error and not a download.
    CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        build_tool cargo-leptos "$cargo_leptos_version" --locked --ignore-rust-version --features no_downloads
fi

# The command-line tool and the crate must have the very same version, so it is read from one place.
wasm_bindgen_version="$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' \
    "$quittance_root/Cargo.lock" 2>/dev/null || true)"
if [ -z "$wasm_bindgen_version" ]; then
    wasm_bindgen_version="$(sed -n 's/^wasm-bindgen *=.*"=\([0-9.]*\)".*/\1/p' "$quittance_root/Cargo.toml")"
fi
[ -n "$wasm_bindgen_version" ] || quittance_fail "found no version of wasm-bindgen in Cargo.lock"
found="$(wasm-bindgen --version 2>/dev/null | awk '{print $2}' || true)"
if [ "$found" != "$wasm_bindgen_version" ]; then
    quittance_say "Building wasm-bindgen $wasm_bindgen_version (about 2 minutes on 2 cores; once per version)"
    # Not --locked: its lockfile names a crate version that was withdrawn.
    CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback build_tool wasm-bindgen-cli "$wasm_bindgen_version"
fi

found="$(wasm-opt --version 2>/dev/null | awk '{print $3}' || true)"
if [ "$found" != "$binaryen_version" ]; then
    quittance_say "Fetching wasm-opt $binaryen_version (10 seconds)"
    mkdir -p "$quittance_tools/node"
    [ -f "$quittance_tools/node/package.json" ] || echo '{"private":true}' >"$quittance_tools/node/package.json"
    npm install --prefix "$quittance_tools/node" --no-audit --no-fund --loglevel=error "binaryen@$binaryen_version"
fi

# --- The browser tests' packages --------------------------------------------------------------------

if [ "$with_tests" = yes ]; then
    stamp="$quittance_root/end2end/node_modules/.quittance-stamp"
    wanted="$(cat "$quittance_root/end2end/package.json" "$quittance_root/end2end/package-lock.json" | cksum)"
    if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
        quittance_say "Fetching the browser tests' packages (10 seconds)"
        (cd "$quittance_root/end2end" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --loglevel=error)
        printf '%s\n' "$wanted" >"$stamp"
    fi
fi

# --- Proof ------------------------------------------------------------------------------------------

hash -r
printf '%-14s %s\n' \
    rustc "$(rustc --version | awk '{print $2}')" \
    cargo-leptos "$(cargo leptos --version | awk '{print $NF}')" \
    wasm-bindgen "$(wasm-bindgen --version | awk '{print $2}')" \
    wasm-opt "$(wasm-opt --version | awk '{print $3}')" \
    node "$(node --version)"
if [ "$with_tests" = yes ]; then
    # Again: Chromium may be there only now.
    # shellcheck disable=SC1091
    . .ci/env.sh
    [ -n "${CHROMIUM:-}" ] || quittance_fail "Chromium was installed, but is not at /usr/bin/chromium; set CHROMIUM to where it is"
    printf '%-14s %s\n' chromium "$CHROMIUM"
    printf '%-14s %s\n' postgresql "$(.ci/postgres.sh programs)"
fi
