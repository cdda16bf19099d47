#!/bin/sh
# Writes the man page: gov.1.in with the text of `gov help COMMAND` of every command in it, so that it cannot be stale.
#
#     manual.sh GOV GOV.1.IN >gov.1
set -eu
gov=$1
template=$2

commands() {
    "$gov" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The help's blocks become: a subsection, paragraphs, a tagged list of options, examples as they are.
roff() {
    awk '
        function text(line) { gsub(/\\/, "\\e", line); gsub(/-/, "\\-", line); sub(/^[.\x27]/, "\\\\\\&&", line); return line }
        NR == 1 { sub(/^gov /, ""); title = $0; sub(/:.*/, "", title); words = $0; sub(/^[^:]*: /, "", words)
                  print ".SS " text(title); print text(toupper(substr(words, 1, 1)) substr(words, 2)) "."; next }
        /^usage: / { sub(/^usage: /, ""); print ".PP\n.B " text($0); next }
        /^options:/ { block = "options"; next }
        /^examples:/ { block = "examples"; print ".PP\n.nf"; next }
        block == "options" && /^ *-/ {
            sub(/^ +/, ""); gap = match($0, /   *[^ ]/)
            print ".TP\n.B " text(substr($0, 1, gap - 1)) "\n" text(substr($0, gap + RLENGTH - 1)); next }
        block == "examples" { if ($0 != "") { sub(/^  /, ""); print text($0) } next }
        /^$/ { print ".PP"; next }
        { print text($0) }
        END { if (block == "examples") print ".fi" }'
}

version=$("$gov" version | sed 's/^gov //')
sed "s/@VERSION@/$version/" "$template" | while IFS= read -r line; do
    if [ "$line" = @COMMANDS@ ]; then
        for command in $(commands); do
            "$gov" help "$command" | roff
        done
    else
        printf '%s\n' "$line"
    fi
done
