#!/usr/bin/env bash
# `make test`: every check, with the time each took, and one line of sums at the end.
#
#   .ci/test.sh                 all steps
#   .ci/test.sh rust e2e        only these (see `steps` below for the names)
#   FILTER=text .ci/test.sh rust       only Rust tests whose path contains the text
#   FILTER=text .ci/test.sh e2e        only browser tests whose title contains the text
#
# On 2 cores: from nothing about 47 minutes, 6 of them building tools; after a change about 23 minutes.
# A failed step does not stop the steps that do not need it. Exit code 0 means that every step passed
# and that tests ran.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$quittance_root"

#      name        roughly, from nothing
steps=(tools       # 6 min
       fmt         # 5 s
       fence       # 10 s
       clippy      # 8 min
       clippy-web  # 2 min
       rust        # 17 min
       types       # 5 s
       build       # 7 min more
       budgets     # 30 s
       e2e)        # 7 min

declare -A what=(
    [tools]="Tools (6 minutes once per machine, then seconds)"
    [fmt]="Formatting"
    [fence]="What the browser part may depend on"
    [clippy]="Lints, server and tests (8 minutes from nothing, half a minute after an edit)"
    [clippy-web]="Lints, browser part (2 minutes from nothing)"
    [rust]="Rust tests on SQLite and PostgreSQL (17 minutes from nothing, 7 after an edit)"
    [types]="Types of the browser tests"
    [build]="Release build (20 minutes from nothing, 10 after an edit)"
    [budgets]="Budgets of the release build (half a minute)"
    [e2e]="Browser tests (7 minutes)"
)

filter="${FILTER:-}"
only=("$@")
for name in "${only[@]}"; do
    case " ${steps[*]} " in
    *" $name "*) ;;
    *) quittance_fail "there is no step '$name'; there are: ${steps[*]}" ;;
    esac
done
[ "${#only[@]}" -gt 0 ] || only=("${steps[@]}")

work="$(mktemp -d)"
build_job=""
trap '[ -z "$build_job" ] || kill -- -"$build_job" 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- Steps. Each prints what it does; one that runs tests leaves "PASSED FAILED" in $work/NAME.sums. ---

step_tools() { .ci/tools.sh test; }

step_fmt() { cargo fmt --all --check; }

# Names that must not come near the browser, whatever pulls them in.
forbidden="argon2 axum axum-core calamine clap hyper hyper-util lettre leptos_axum libsqlite3-sys mio
    native-tls object_store openssl ring reqwest rust_xlsxwriter rustls sqlx sqlx-core sqlx-postgres
    sqlx-sqlite tokio tokio-rustls tower tower-http tracing-subscriber typst typst-pdf"

step_fence() {
    local tree name bad=0
    # --locked: says so when Cargo.lock was not committed with a change of Cargo.toml.
    tree="$(cargo tree --locked --target wasm32-unknown-unknown --no-default-features --features hydrate \
        -e normal --prefix none --format '{p}' | awk '{print $1}' | LC_ALL=C sort -u)"
    [ -n "$tree" ] || return 1
    for name in $forbidden; do
        if grep -qx -- "$name" <<<"$tree"; then
            bad=1
            printf 'the browser part must not depend on %s; it comes in by:\n' "$name"
            cargo tree --locked --target wasm32-unknown-unknown --no-default-features --features hydrate \
                -e normal --invert "$name" || true
        fi
    done
    [ "$bad" = 0 ] || return 1
    printf '%s packages reach the browser, none of them a forbidden one\n' "$(wc -l <<<"$tree")"
}

# The libraries as the release has them, built once for all; our own code for finding mistakes.
checked=(--locked --release --config .ci/checked.toml)

step_clippy() { cargo clippy "${checked[@]}" --all-targets -- -D warnings; }

step_clippy_web() {
    cargo clippy --locked --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings
}

step_rust() {
    local status=0 docs=0 watch log="$work/rust.out"
    export REQUIRE_POSTGRES=1
    # Once they run they are built, and cargo is out of the folder.
    (until grep -qE '^ *Nextest run|^ *Running ' "$log" 2>/dev/null; do sleep 1; done; touch "$tests_built") &
    watch=$!
    # --tests: without it the library is built once more as those who link it want it, and nobody does.
    if [ "${TEST_RUNNER:-}" != cargo ] && cargo nextest --version >/dev/null 2>&1; then
        .ci/postgres.sh with cargo nextest run "${checked[@]}" --tests --config-file .ci/nextest.toml --color never \
            ${filter:+"$filter"} 2>&1 | tee "$log" || status=$?
    else
        .ci/postgres.sh with cargo test "${checked[@]}" --tests --no-fail-fast --color never \
            ${filter:+-- "$filter"} 2>&1 | tee "$log" || status=$?
    fi
    kill "$watch" 2>/dev/null || true
    touch "$tests_built"
    # nextest leaves examples in documentation out; building them is only worth it where there are any.
    if [ -z "$filter" ] && grep -rqE '^ *//[/!] *```( *|rust.*|should_panic.*)$' src; then
        cargo test "${checked[@]}" --doc --color never 2>&1 | tee -a "$log" || docs=$?
    fi
    awk '
        /^ *Summary \[/ {
            match($0, /[0-9]+(\/[0-9]+)? tests? run:/); split(substr($0, RSTART), n, /[^0-9]+/); run = n[1]
            p = 0
            if (match($0, /[0-9]+ passed/)) p = substr($0, RSTART) + 0
            passed += p; failed += run - p
        }
        /^test result: / {
            if (match($0, /[0-9]+ passed/)) passed += substr($0, RSTART) + 0
            if (match($0, /[0-9]+ failed/)) failed += substr($0, RSTART) + 0
        }
        END { print passed + 0, failed + 0 }' "$log" >"$work/rust.sums"
    [ "$status" = 0 ] && [ "$docs" = 0 ]
}

step_types() { (cd end2end && node_modules/.bin/tsc --noEmit); }

# The release is built from the beginning, behind the lints and the Rust tests: they leave one core of two
# waiting for minutes. It gives way to them, and is done soon after; nothing is measured before it is. Its
# server waits until the tests are built, which need the same folder; until then the browser part is built.
build_log="$work/build.out"
tests_built="$work/tests.built"
begin_build() {
    is_asked rust || touch "$tests_built"
    set -m # a process group of its own, so that all of it can be ended
    {
        nice -n 19 .ci/build.sh "$tests_built" && status=0 || status=$?
        echo "$status" >"$work/build.status"
    } >"$build_log" 2>&1 </dev/null &
    build_job=$!
    set +m
}

step_build() {
    if [ -z "$build_job" ]; then
        .ci/build.sh
        return
    fi
    touch "$tests_built" # whatever became of them
    tail --pid="$build_job" -n +1 -f "$build_log"
    return "$(cat "$work/build.status" 2>/dev/null || echo 1)"
}

# playwright NAME ARGUMENTS...
playwright() {
    local name="$1" status=0
    shift
    (
        cd end2end
        unset FORCE_COLOR
        PLAYWRIGHT_JSON_OUTPUT_FILE="$work/$name.json" node_modules/.bin/playwright test "$@" \
            --reporter=list,json ${filter:+--grep "$filter"}
    ) || status=$?
    if [ -f "$work/$name.json" ]; then
        node -e '
            const { stats, errors } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
            const failed = stats.unexpected + stats.flaky;
            console.log(stats.expected, failed + (failed === 0 && errors.length > 0 ? 1 : 0));
        ' "$work/$name.json" >"$work/$name.sums"
    fi
    return "$status"
}

step_budgets() { playwright budgets --project=budgets; }

step_e2e() { playwright e2e --project=portal-js --project=portal-nojs --project=staff; }

# --- Running them ------------------------------------------------------------------------------------

passed=0
failed=0
ran_tests=no
declare -A outcome=()
summary=()
began=$SECONDS

needs() { # what has to have passed first, when it is among the steps to run
    case "$1" in
    tools) ;;
    budgets | e2e) echo tools build ;;
    *) echo tools ;;
    esac
}

is_asked() { case " ${only[*]} " in *" $1 "*) ;; *) return 1 ;; esac; }

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

for name in "${only[@]}"; do
    for need in $(needs "$name"); do
        case "${outcome[$need]:-}" in
        FAILED | "not run")
            outcome[$name]="not run"
            summary+=("$(printf '%-11s not run, because %s failed' "$name" "$need")")
            quittance_say "${what[$name]}: not run, because '$need' failed"
            continue 2
            ;;
        esac
    done
    case "$name" in
    clippy | clippy-web | rust) if [ -z "$build_job" ] && is_asked build; then begin_build; fi ;;
    esac
    quittance_say "${what[$name]}"
    step_began=$SECONDS
    status=0
    # A shell of its own, so that `set -e` holds inside (it would not in a condition).
    set +e
    (
        set -euo pipefail
        "step_${name//-/_}"
    ) </dev/null
    status=$?
    set -e
    took="$(clock $((SECONDS - step_began)))"
    tests=""
    if [ -f "$work/$name.sums" ]; then
        read -r step_passed step_failed <"$work/$name.sums"
        passed=$((passed + step_passed))
        failed=$((failed + step_failed))
        [ $((step_passed + step_failed)) = 0 ] || ran_tests=yes
        tests="$step_passed passed, $step_failed failed"
        # Belt and braces: a runner that says 0 and yet counts a failure, or counts nothing at all.
        if [ "$status" = 0 ] && [ "$step_failed" -gt 0 ]; then
            status=1
        elif [ "$status" = 0 ] && [ "$step_passed" = 0 ]; then
            echo "$name: no test ran" >&2
            status=1
        fi
        if [ "$status" != 0 ] && [ "$step_failed" = 0 ]; then
            failed=$((failed + 1))
        fi
    elif [ "$status" != 0 ]; then
        failed=$((failed + 1))
    fi
    if [ "$status" = 0 ]; then
        outcome[$name]=ok
    else
        outcome[$name]=FAILED
    fi
    summary+=("$(printf '%-11s %-7s %6s  %s' "$name" "${outcome[$name]}" "$took" "$tests")")
done

echo
printf '%s\n' "${summary[@]}"
printf '%-11s %-7s %6s\n\n' all "" "$(clock $((SECONDS - began)))"

# Asked for tests and ran none: that is a failure, however well the rest went.
case " ${only[*]} " in
*" rust "* | *" e2e "* | *" budgets "*)
    if [ "$ran_tests" = no ]; then
        echo "no test ran"
        [ "$failed" -gt 0 ] || failed=1
    fi
    ;;
esac

# Tests, and one for each step without tests of its own that failed.
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
