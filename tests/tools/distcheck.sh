#!/bin/sh
# The tarball is complete: `make distcheck`; a build of it with flex and bison hidden; and, with what that installs, a
# compiled plan that runs its pipeline without the compiler. Run in a build folder. Speaks TAP.
set -u
folder=$PWD
echo 1..3
if make -j2 distcheck >suites/distcheck.log 2>&1; then
    echo "ok 1 - make distcheck"
else
    echo "not ok 1 - make distcheck"
    tail -40 suites/distcheck.log | sed 's/^/#   /'
fi

build_without_generators() {
    rm -rf suites/tarball && mkdir suites/tarball && cd suites/tarball || return
    tar -xf "$(ls -t "$folder"/gov-*.tar.xz | head -n 1)" --strip-components=1 || return
    mkdir hidden build || return
    for program in bison flex lex yacc m4; do
        printf '#!/bin/sh\necho "%s is hidden" >&2\nexit 127\n' $program >hidden/$program || return
    done
    chmod +x hidden/* && PATH=$PWD/hidden:$PATH && export PATH && cd build || return
    duckdb=$(sed -n 's/^with_duckdb = //p' "$folder/Makefile")
    ../configure --prefix="$folder/suites/tarball/installed" --with-duckdb="$duckdb" && make -j2 && ./gov --version
}
if (build_without_generators) >suites/tarball.log 2>&1; then
    echo "ok 2 - the tarball builds without flex and bison"
else
    echo "not ok 2 - the tarball builds without flex and bison"
    tail -40 suites/tarball.log | sed 's/^/#   /'
fi

run_installed() {
    prefix=$folder/suites/tarball/installed
    make -C suites/tarball/build install >/dev/null || return
    cd suites/tarball && "$prefix/bin/gov" init shop && cd shop && "$prefix/bin/gov" compile || return
    # shellcheck disable=SC2046 # words of pkg-config
    cc -Wall -Wextra -Werror build/plan.c $(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs govrt) \
        -o plan || return
    mkdir elsewhere && mv plan data elsewhere && rm -rf "$prefix" && ./elsewhere/plan run -C elsewhere
}
if (run_installed) >suites/installed.log 2>&1; then
    echo "ok 3 - a compiled plan runs without the compiler"
else
    echo "not ok 3 - a compiled plan runs without the compiler"
    tail -40 suites/installed.log | sed 's/^/#   /'
fi
rm -rf suites/tarball
