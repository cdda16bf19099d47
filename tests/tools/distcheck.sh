#!/bin/sh
# The tarball is complete: `make distcheck`, and a build of it with flex and bison hidden. Run in a build folder.
# Speaks TAP.
set -u
folder=$PWD
echo 1..2
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
    ../configure --with-duckdb="$(sed -n 's/^with_duckdb = //p' "$folder/Makefile")" && make -j2 && ./gov --version
}
if (build_without_generators) >suites/tarball.log 2>&1; then
    echo "ok 2 - the tarball builds without flex and bison"
    rm -rf suites/tarball
else
    echo "not ok 2 - the tarball builds without flex and bison"
    tail -40 suites/tarball.log | sed 's/^/#   /'
fi
