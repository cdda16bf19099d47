#!/bin/sh
# Runs every unit test program of the build folder it is called in; each writes TAP.
failed=0
for program in tests/unit/test_*; do
    if [ -f "$program" ] && [ -x "$program" ]; then
        echo "# $program"
        "$program" || failed=1
    fi
done
exit $failed
