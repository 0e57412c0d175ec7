#!/usr/bin/env bash
# A private, throw-away PostgreSQL for tests. Nothing of it outlives the caller, it never touches
# a server that is already there, and any number may run at once.
#
#   .ci/postgres.sh with COMMAND...     run COMMAND with TEST_POSTGRES_URL set, then tear down
#   .ci/postgres.sh start [--owner PID] start one and print its URL; with --owner it is torn down
#                                       when that process ends, however it ends
#   .ci/postgres.sh url DIR|URL         print the URL of a running one
#   .ci/postgres.sh stop DIR|URL        tear it down (says nothing when it is already gone)
#   .ci/postgres.sh programs            print where the server's programs are, or fail
#
# Durability is off: fsync, synchronous_commit and full_page_writes. Keep nothing in it.
set -euo pipefail

fail() {
    printf 'postgres.sh: %s\n' "$*" >&2
    exit 1
}

# The server's own programs are not on PATH on Debian; 15 is what we test on, newer is fine.
programs() {
    local dir
    for dir in /usr/lib/postgresql/15/bin $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then
            printf '%s\n' "$dir"
            return
        fi
    done
    if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
        dirname "$(command -v initdb)"
        return
    fi
    fail "no PostgreSQL server programs found; 'make tools' installs them (Debian: postgresql-15)"
}

# PostgreSQL refuses to run as root, so root hands over to another user.
server_user() {
    local user
    for user in postgres nobody; do
        if id "$user" >/dev/null 2>&1; then
            printf '%s\n' "$user"
            return
        fi
    done
    fail "running as root, and neither user 'postgres' nor 'nobody' exists to run the server"
}

as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && runuser -u "$(server_user)" -- "$@")
    else
        (cd / && "$@")
    fi
}

# Where all of them lie. Not $TMPDIR: another user must get in, and a socket path must stay short.
base=/tmp

# Accepts the folder or the URL; prints the folder, or nothing when it is gone.
dir_of() {
    local dir
    case "$1" in
    "$base"/quittance-pg.??????) [ ! -d "$1" ] || printf '%s\n' "$1" ;;
    postgres://quittance@127.0.0.1:*)
        for dir in "$base"/quittance-pg.??????; do
            if [ "$(cat "$dir/url" 2>/dev/null)" = "$1" ]; then
                printf '%s\n' "$dir"
            fi
        done
        ;;
    *) fail "'$1' is not one of ours (expected $base/quittance-pg.XXXXXX or its URL)" ;;
    esac
}

start() {
    local owner="" bin dir port="" try
    while [ $# -gt 0 ]; do
        case "$1" in
        --owner)
            owner="${2:?--owner needs a process id}"
            shift 2
            ;;
        *) fail "start: unknown argument '$1'" ;;
        esac
    done
    bin="$(programs)"
    dir="$(mktemp -d "$base/quittance-pg.XXXXXX")"
    # From here on a failure must leave nothing behind. ($dir is put in now: it is a local name.)
    # shellcheck disable=SC2064
    trap "stop '$dir'" EXIT
    trap 'exit 130' INT TERM HUP
    if [ "$(id -u)" = 0 ]; then
        chown "$(server_user)" "$dir"
    fi
    as_server "$bin/initdb" --pgdata="$dir/data" --auth=trust --username=quittance \
        --no-locale --encoding=UTF8 --no-sync >"$dir/initdb.log" 2>&1 ||
        { cat "$dir/initdb.log" >&2; fail "initdb failed"; }
    as_server mkdir -m 700 "$dir/socket"
    # Below the range that the kernel hands out by itself; the server's own bind settles a race.
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            continue
        fi
        if as_server "$bin/pg_ctl" --pgdata="$dir/data" --log="$dir/server.log" --wait --timeout=60 \
            --silent -o "-p $port -k $dir/socket -c listen_addresses=127.0.0.1 -c max_connections=200 \
-c shared_buffers=128MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
-c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=1GB -c autovacuum_naptime=10s \
-c log_min_messages=warning -c log_min_error_statement=panic -c timezone=UTC" \
            start </dev/null >>"$dir/start.log" 2>&1; then
            break
        fi
        if ! grep -q "could not bind\|Address already in use\|could not create any TCP" "$dir/server.log"; then
            cat "$dir/start.log" "$dir/server.log" >&2
            fail "the server did not start"
        fi
        port=""
        as_server rm -f "$dir/server.log"
    done
    [ -n "$port" ] || fail "found no free port in $try tries"
    printf 'postgres://quittance@127.0.0.1:%s/postgres\n' "$port" >"$dir/url"
    if [ -n "$owner" ]; then
        # A watcher of its own session, so that it outlives a caller that is killed.
        setsid "${BASH_SOURCE[0]}" watch "$owner" "$dir" </dev/null >/dev/null 2>&1 &
    fi
    trap - EXIT
    cat "$dir/url"
}

stop() {
    local dir bin
    dir="$(dir_of "$1")"
    [ -n "$dir" ] || return 0
    bin="$(programs)"
    if [ -f "$dir/data/postmaster.pid" ]; then
        as_server "$bin/pg_ctl" --pgdata="$dir/data" --mode=immediate --wait --timeout=30 --silent stop \
            >/dev/null 2>&1 || true
    fi
    rm -rf "$dir"
}

url() {
    local dir
    dir="$(dir_of "$1")"
    [ -n "$dir" ] || fail "'$1' is not running"
    cat "$dir/url"
}

watch() {
    local owner="$1" dir="$2"
    while kill -0 "$owner" 2>/dev/null && [ -d "$dir" ]; do
        sleep 1
    done
    stop "$dir"
}

with() {
    [ $# -gt 0 ] || fail "with: which command?"
    local url status=0
    url="$(start --owner $$)"
    # shellcheck disable=SC2064
    trap "stop '$url'" EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    TEST_POSTGRES_URL="$url" "$@" || status=$?
    exit "$status"
}

case "${1:-}" in
start | stop | url | with | watch | programs) "$@" ;;
*)
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
