#!/bin/sh
# What the README promises to a newcomer: in a fresh clone in an empty folder, with no cache of npm, pip, cargo or go,
# the demo runs and the check passes. Speaks TAP; the logs and times are in the build folder, suites/fresh-clone.
set -u
folder=$PWD/suites/fresh-clone
[ ! -d "$folder" ] || chmod -R u+w "$folder"                  # go makes its cache read-only
rm -rf "$folder" && mkdir -p "$folder/home" || exit 1

# Caches and settings live in the empty HOME; rustup's cargo is found by RUSTUP_HOME, which holds programs only.
in_clone() {
    env RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" HOME="$folder/home" CARGO_HOME="$folder/home/cargo" \
        GOPATH="$folder/home/go" GOMODCACHE="$folder/home/go/mod" npm_config_cache="$folder/home/npm" \
        PIP_CACHE_DIR="$folder/home/pip" XDG_CACHE_HOME="$folder/home/cache" \
        GOV_SHARED_DATA="${GOV_SHARED_DATA:-/nonexistent}" "$@"
}

number=0
step() {                             # step WORDS COMMAND...
    words=$1
    shift
    number=$((number + 1))
    started=$(date +%s)
    if (cd "$folder" && in_clone "$@") >"$folder/$number.log" 2>&1; then
        echo "ok $number - $words ($(($(date +%s) - started)) s)"
    else
        echo "not ok $number - $words ($(($(date +%s) - started)) s)"
        tail -n 40 "$folder/$number.log" | sed 's/^/#   /'
    fi
}

echo 1..4
step "git clone" git clone --quiet "$srcdir" gov
step "./dev build" gov/dev build
step "./dev demo on generated data" gov/dev demo
step "./dev check" gov/.ci/run
