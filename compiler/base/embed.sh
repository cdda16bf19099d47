#!/bin/sh
# Turns files into constant data of the program, with the assembler's .incbin: no byte is copied by C.
#
#     embed.sh NAME FILE... >NAME.c
#
# writes a C file which defines `const EmbeddedFile NAME[]` and `const size_t NAME_count` (embed.h). A file is named
# by its last path component; the list is sorted by that name. An empty or unreadable file is an error: it is always a
# mistake, and would be seen only by users.
set -eu
export LC_ALL=C
name=$1
shift

echo "/* Written by compiler/base/embed.sh. */"
echo '#include "compiler/base/embed.h"'
echo
sorted=$(for file in "$@"; do echo "${file##*/} $file"; done | sort)
[ $# -gt 0 ] || sorted=
index=0
table=
while read -r base file; do
    [ -n "$base" ] || continue
    if ! [ -s "$file" ]; then
        echo "embed.sh: \`$file\` is missing or empty" >&2
        exit 1
    fi
    blob="${name}_blob_$index"
    size=$(($(wc -c <"$file")))
    cat <<EOF
__asm__(".section .rodata\n.balign 16\n.global $blob\n$blob:\n.incbin \"$file\"\n.byte 0\n.previous");
extern const char $blob[];
EOF
    table="$table    {\"$base\", $blob, $size},
"
    index=$((index + 1))
done <<EOF
$sorted
EOF
# The last entry keeps the table from being empty, which C does not allow; it is not counted.
cat <<EOF

extern const EmbeddedFile $name[];
extern const size_t ${name}_count;
const EmbeddedFile $name[] = {
$table    {0, 0, 0},
};
const size_t ${name}_count = $index;
EOF
